"""JSON as sites write it: cut amid a character, with line breaks as they are, in the marks of what hides scripts."""

import json
import re
from typing import Any

import orjson

# What once kept scripts from readers that knew none; a page of XHTML has it still around its JSON-LD.
HIDING = re.compile(r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?\s*$")


def load_json(text: str) -> Any:
    """Answer what a text says. Raises ValueError where it is no JSON, with what is wrong with it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        fault = error
    try:
        return json.loads(HIDING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        raise fault from None
