"""Inline mode: what a person types after the bot's name, what the bot may offer her, and until when."""

from typing import Any

import pytest

from sandbox import Person
from tests.sandbox.conftest import Bot, Clock, Json, keyboard, pressable

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def article(number: int = 1, **others: Any) -> Json:
    content = {"message_text": f"<b>خبر {number}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "خبر", "input_message_content": content} | others


async def test_what_is_typed_is_an_update_and_the_answer_is_seen(bot: Bot, amal: Person) -> None:
    query_id = amal.types("قمة", offset="20")
    (update,) = await bot.updates()
    assert update["inline_query"] == {
        "id": query_id,
        "from": amal.user,
        "query": "قمة",
        "offset": "20",
        "chat_type": "sender",
    }
    answer = await bot("answerInlineQuery", inline_query_id=query_id, results=[article()], next_offset="40")
    assert answer.result is True
    assert amal.offers[-1].results == [article()]
    assert amal.offers[-1].next_offset == "40"


async def test_no_result_is_an_answer_too(bot: Bot, amal: Person) -> None:
    await bot("answerInlineQuery", inline_query_id=amal.types("x"), results=[], cache_time=1, is_personal=True)
    assert amal.offers[-1].results == []


async def test_a_result_that_is_picked_is_her_message(bot: Bot, amal: Person) -> None:
    result = article(reply_markup=keyboard([{"text": "قراءة", "url": "https://site.example/1"}]))
    await bot("answerInlineQuery", inline_query_id=amal.types("x"), results=[result])
    await bot.updates()
    number = amal.picks("1")
    (update,) = await bot.updates()
    assert update["message"]["via_bot"]["username"] == "sample_bot"
    assert update["message"]["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    shown = next(shown for shown in amal.screen if shown.id == number)
    assert shown.buttons[0].url == "https://site.example/1"
    assert not shown.by_bot


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([article(number) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article(), article()], "RESULT_ID_DUPLICATE"),
        ([article(id="")], "RESULT_ID_INVALID"),
        ([article(id="خ" * 33)], "RESULT_ID_INVALID"),
        ([article(title=" ")], "ARTICLE_TITLE_EMPTY"),
        ([article(input_message_content={"message_text": ""})], "message text is empty"),
        ([article(input_message_content={"message_text": "x" * 4097})], "message is too long"),
        ([article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})], "can't parse entities"),
        ([article(reply_markup=keyboard([pressable("x", "y" * 65)]))], "BUTTON_DATA_INVALID"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(bot: Bot, amal: Person, results: list[Json], said: str) -> None:
    query_id = amal.types("x")
    assert said in (await bot("answerInlineQuery", inline_query_id=query_id, results=results)).refusal
    assert (await bot("answerInlineQuery", inline_query_id=query_id, results=[article()])).result


async def test_an_offset_has_its_limit(bot: Bot, amal: Person) -> None:
    answer = await bot("answerInlineQuery", inline_query_id=amal.types("x"), results=[], next_offset="9" * 65)
    assert answer.refusal == "Bad Request: NEXT_OFFSET_INVALID"


async def test_a_kind_that_is_not_modelled_is_noted(bot: Bot, amal: Person) -> None:
    photo = {
        "type": "photo",
        "id": "1",
        "photo_url": "https://site.example/1.jpg",
        "thumbnail_url": "https://x.example",
    }
    assert (
        "none of article" in (await bot("answerInlineQuery", inline_query_id=amal.types("x"), results=[photo])).refusal
    )
    assert bot.telegram.problems
    bot.telegram.problems.clear()


async def test_a_query_is_answered_once_in_time_and_by_its_own_method(bot: Bot, amal: Person, clock: Clock) -> None:
    query_id = amal.types("x")
    assert (await bot("answerCallbackQuery", callback_query_id=query_id)).refusal == TOO_OLD
    clock.passes(9)
    assert (await bot("answerInlineQuery", inline_query_id=query_id, results=[])).result
    assert (await bot("answerInlineQuery", inline_query_id=query_id, results=[])).refusal == TOO_OLD
    late = amal.types("x")
    clock.passes(11)
    assert (await bot("answerInlineQuery", inline_query_id=late, results=[])).refusal == TOO_OLD


async def test_a_query_that_nobody_took_expires(bot: Bot, amal: Person, clock: Clock) -> None:
    amal.types("x")
    clock.passes(31)
    assert await bot.updates() == []
