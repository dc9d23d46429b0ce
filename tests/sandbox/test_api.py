"""From a request to an answer: tokens, ways to pass parameters, envelopes, strictness, the log."""

import json
from typing import Any

import aiogram.types
import aiohttp
import pytest

from sandbox import Person, Sandbox, objects
from sandbox.methods import METHODS as FUNCTIONS
from sandbox.shapes import Record
from sandbox.spec import METHODS
from tests.sandbox.conftest import Bot, keyboard, pressable
from tests.sandbox.oracle import MODELS, check_with_aiogram

KEYBOARD = keyboard([pressable("✅")])


@pytest.mark.parametrize("method", ["sendMessage", "sendmessage", "SENDMESSAGE"])
async def test_names_of_methods_are_taken_in_any_case(bot: Bot, amal: Person, method: str) -> None:
    assert (await bot(method, chat_id=amal.id, text="أهلًا")).result["text"] == "أهلًا"


async def test_parameters_come_by_query(bot: Bot, amal: Person) -> None:
    params = {"chat_id": str(amal.id), "text": "أهلًا", "reply_markup": json.dumps(KEYBOARD)}
    async with bot.session.get(bot.url("sendMessage"), params=params) as answer:
        assert (await answer.json())["result"]["reply_markup"] == KEYBOARD


@pytest.mark.parametrize("multipart", [False, True])
async def test_parameters_come_by_form(bot: Bot, amal: Person, *, multipart: bool) -> None:
    form = aiohttp.FormData(default_to_multipart=multipart)
    for name, value in {"chat_id": str(amal.id), "text": "5", "disable_notification": "True"}.items():
        form.add_field(name, value)
    async with bot.session.post(bot.url("sendMessage"), data=form) as answer:
        assert (await answer.json())["result"]["text"] == "5"
    assert amal.last
    assert amal.last.silent


async def test_an_object_may_be_json_in_a_string(bot: Bot, amal: Person) -> None:
    sent = await bot.says(amal.id, "أهلًا", reply_markup=json.dumps(KEYBOARD))
    assert sent["reply_markup"] == KEYBOARD


async def test_answers_are_ascii_json(bot: Bot, amal: Person) -> None:
    async with bot.session.post(bot.url("sendMessage"), json={"chat_id": amal.id, "text": "أ😀"}) as answer:
        assert answer.content_type == "application/json"
        assert rb"\u0623\ud83d\ude00" in await answer.read()


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot123456:AnotherToken/getMe", 401, "Unauthorized"),
        ("/bot0123:AnotherToken/getMe", 401, "Unauthorized: invalid token specified"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/", 404, "Not Found"),
    ],
)
async def test_wrong_tokens_and_paths_are_refused(bot: Bot, path: str, status: int, description: str) -> None:
    async with bot.session.get(bot.telegram.url + path) as answer:
        assert answer.status == status
        assert await answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_unknown_methods_are_refused_and_noted(bot: Bot) -> None:
    assert (await bot("sendPigeon")).refusal == "Not Found: method not found"
    assert bot.telegram.problems == ["sendPigeon: there is no such method, or the sandbox does not model it"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"txt": "x"}, "txt is unknown to sendMessage"),
        ({"text": 5}, "text: String expected, got Integer"),
        ({"disable_notification": "yes"}, "disable_notification: Boolean expected, got String"),
        ({"message_thread_id": True}, "message_thread_id: Integer expected, got Boolean"),
        ({"reply_markup": {"inline": []}}, "reply_markup is none of inline_keyboard, keyboard"),
        ({"reply_markup": "no JSON"}, "reply_markup: reply markup expected, got String"),
        (
            {"reply_markup": keyboard([{"text": "x", "data": "y"}])},
            "reply_markup.inline_keyboard[0][0].data is unknown to InlineKeyboardButton",
        ),
        ({"link_preview_options": {"is_disabled": 1}}, "link_preview_options.is_disabled: Boolean expected"),
        ({"reply_parameters": {}}, "reply_parameters.message_id is missing"),
        ({"business_connection_id": "x"}, "business_connection_id is not modelled"),
        ({"entities": {}}, "entities: Array expected, got Object"),
        ({"link_preview_options": [1]}, "link_preview_options: LinkPreviewOptions expected, got Array"),
    ],
)
async def test_wrong_parameters_are_refused_and_noted(bot: Bot, amal: Person, wrong: dict[str, Any], said: str) -> None:
    reply = await bot("sendMessage", **{"chat_id": amal.id, "text": "x"} | wrong)
    assert reply.status == 400
    assert reply.refusal.startswith("Bad Request: sandbox: sendMessage: ")
    assert said in reply.refusal
    assert bot.telegram.problems == [reply.refusal]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"{", "application/json", "the body is not JSON"),
        (b"[]", "application/json", "the body is not a JSON object"),
        (b"name=%ff", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(bot: Bot, body: bytes, kind: str, said: str) -> None:
    async with bot.session.post(bot.url("setMyName"), data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 400
    assert bot.telegram.problems == [f"Bad Request: sandbox: {said}"]


async def test_ids_of_chats_may_be_text(bot: Bot, amal: Person) -> None:
    assert (await bot("sendMessage", chat_id=str(amal.id), text="x")).result["chat"]["id"] == amal.id
    assert bot.telegram.sent_to(amal.id)


async def test_every_call_is_on_record(bot: Bot, amal: Person) -> None:
    sent = await bot.says(amal.id, "أهلًا")
    await bot("sendMessage", chat_id=amal.id, text="<b>", parse_mode="HTML")
    first, second = bot.telegram.calls[-2:]
    assert (first.status, first.message_id, first.params["text"]) == (200, sent["message_id"], "أهلًا")
    assert (second.status, second.message_id) == (400, None)
    assert second.description.startswith("Bad Request: can't parse entities")
    assert bot.telegram.sent_to(amal.id) == [first]


async def test_the_log_can_be_left_out() -> None:
    async with Sandbox(keep_log=False) as telegram, aiohttp.ClientSession() as session:
        await Bot(telegram, session)("getMe")
        assert telegram.calls == []


async def test_further_checks_are_heard(bot: Bot) -> None:
    bot.telegram.checks.append(lambda method, params: [f"{sorted(params)} in {method}"] if params else [])
    await bot("getMyName", language_code="ar")
    assert bot.telegram.problems == ["getMyName: ['language_code'] in getMyName"]


def test_every_method_of_the_table_does_something() -> None:
    assert METHODS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_parameters_are_those_of_the_documents(method: str) -> None:
    assert _names(METHODS[method]) == _documented(MODELS[method])


@pytest.mark.parametrize("record", [thing for thing in vars(objects).values() if isinstance(thing, Record)])
def test_fields_of_objects_are_those_of_the_documents(record: Record) -> None:
    assert _names(record) == _documented(getattr(aiogram.types, record.name))


def test_aiogram_sees_what_the_sandbox_sees() -> None:
    wrong = {"chat_id": 1, "text": 5, "reply_markup": keyboard([{"text": "x", "data": "y"}])}
    assert any("text" in problem for problem in check_with_aiogram("sendMessage", wrong))
    unknown = list(check_with_aiogram("sendMessage", wrong | {"text": "x"}))
    assert unknown == ["sendMessage.reply_markup.inline_keyboard[0][0].data is unknown to aiogram"]
    assert list(check_with_aiogram("sendPigeon", {})) == ["aiogram knows no method sendPigeon"]


def _names(record: Record) -> set[str]:
    return {*record.required, *record.optional}


def _documented(model: Any) -> set[str]:
    """Answer the fields of a model less those that are deprecated."""
    return {name for name, field in model.model_fields.items() if not (field.json_schema_extra or {}).get("deprecated")}
