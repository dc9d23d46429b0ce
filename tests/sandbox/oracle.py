"""A second opinion on every call: aiogram's models of the Bot API, which are made from its documents.

    telegram.checks.append(check_with_aiogram)

What it finds goes to `Sandbox.problems`.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import aiogram.methods
import orjson
from pydantic import BaseModel, ValidationError

MODELS: dict[str, type[BaseModel]] = {
    name: model
    for model in vars(aiogram.methods).values()
    if inspect.isclass(model) and issubclass(model, BaseModel)
    if isinstance(name := getattr(model, "__api_method__", None), str)
}


def check_with_aiogram(method: str, params: dict[str, Any]) -> Iterator[str]:
    """Yield what aiogram would not take: unknown methods and fields, missing ones, wrong types."""
    model = MODELS.get(method)
    if model is None:
        yield f"aiogram knows no method {method}"
        return
    try:
        call = model.model_validate_json(orjson.dumps(params), strict=True)
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in error.errors())
    else:
        yield from _find_unknown(call, method)


def _find_unknown(value: object, where: str) -> Iterator[str]:
    """Yield the fields that no model has, at any depth."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find_unknown(item, f"{where}[{index}]")
    if isinstance(value, BaseModel):
        yield from (f"{where}.{name} is unknown to aiogram" for name in value.model_extra or ())
        for name in value.model_fields_set & type(value).model_fields.keys():
            yield from _find_unknown(getattr(value, name), f"{where}.{name}")
