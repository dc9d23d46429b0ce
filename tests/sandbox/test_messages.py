"""What a bot can do with messages: send, edit, delete, copy, forward, pin; and the keyboards below them."""

from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Bot, Clock, Json, keyboard, pressable

REPLY_KEYBOARD = {"keyboard": [[{"text": "المواضيع"}]], "resize_keyboard": True}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
DAY = 86_400


async def test_a_message_arrives_as_it_was_sent(bot: Bot, amal: Person, clock: Clock) -> None:
    sent = await bot.says(
        amal.id,
        'خبر <a href="https://example.com">هنا</a>',
        reply_markup=keyboard([pressable("💬 رد", "r1"), {"text": "📖", "url": "https://example.com/a"}]),
        link_preview_options={"url": "example.com", "prefer_large_media": True},
        disable_notification=True,
        protect_content=True,
    )
    assert sent["from"]["username"] == "sample_bot"
    assert sent["chat"] == {"id": 1001, "first_name": "أمل", "username": "amal", "type": "private"}
    assert (sent["date"], sent["has_protected_content"]) == (int(clock()), True)
    shown = amal.last
    assert shown
    assert (shown.id, shown.by_bot, shown.text, shown.silent) == (sent["message_id"], True, "خبر هنا", True)
    assert shown.html == 'خبر <a href="https://example.com/">هنا</a>'
    assert [str(button) for button in shown.buttons] == ["[💬 رد]", "[📖 → https://example.com/a]"]
    assert shown.preview == {"url": "http://example.com/", "prefer_large_media": True}


async def test_a_reply_carries_what_it_replies_to(bot: Bot, amal: Person) -> None:
    question = amal.writes("متى؟")
    sent = await bot.says(amal.id, "غدًا", reply_parameters={"message_id": question})
    assert sent["reply_to_message"]["text"] == "متى؟"
    assert amal.last
    assert amal.last.reply_to == question


async def test_a_reply_to_nothing_is_refused_unless_it_may_be_none(bot: Bot, amal: Person) -> None:
    missing = {"message_id": 99}
    refused = await bot("sendMessage", chat_id=amal.id, text="x", reply_parameters=missing)
    assert refused.refusal == "Bad Request: message to be replied not found"
    assert await bot.says(amal.id, "x", reply_parameters=missing | {"allow_sending_without_reply": True})


@pytest.mark.parametrize(
    ("button", "said"),
    [
        (pressable("x", "ب" * 33), "Bad Request: BUTTON_DATA_INVALID"),
        (pressable("x", ""), "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "x", "url": "localhost"},
            "Bad Request: inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "web_app": {"url": "http://a.b"}},
            "Bad Request: inline keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"text": "x"},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            pressable("x") | {"style": "blue"},
            "Bad Request: can't parse inline keyboard button: invalid button style specified",
        ),
    ],
)
async def test_wrong_buttons_are_refused(bot: Bot, amal: Person, button: Json, said: str) -> None:
    refused = await bot("sendMessage", chat_id=amal.id, text="x", reply_markup=keyboard([button]))
    assert refused.refusal == said
    assert not bot.telegram.problems


@pytest.mark.parametrize("button", [pressable(" "), pressable("x") | {"url": "https://a.b"}])
async def test_buttons_that_telegram_would_mend_are_problems(bot: Bot, amal: Person, button: Json) -> None:
    refused = await bot("sendMessage", chat_id=amal.id, text="x", reply_markup=keyboard([button]))
    assert bot.telegram.problems == [refused.refusal]


async def test_callback_data_may_have_64_bytes_and_a_keyboard_100_buttons(bot: Bot, amal: Person) -> None:
    rows = [[pressable("x", "ب" * 32)] * 5] * 20
    assert await bot.says(amal.id, "x", reply_markup=keyboard(*rows))
    refused = await bot("sendMessage", chat_id=amal.id, text="x", reply_markup=keyboard(*rows, [pressable("x")]))
    assert refused.refusal == "Bad Request: reply markup is too long"


async def test_a_keyboard_of_the_chat_is_shown_but_not_answered(bot: Bot, amal: Person) -> None:
    assert "reply_markup" not in await bot.says(amal.id, "x", reply_markup=REPLY_KEYBOARD)
    assert amal.presses("المواضيع") == ""
    assert (await bot.updates())[0]["message"]["text"] == "المواضيع"


async def test_an_edit_replaces_text_and_buttons(bot: Bot, amal: Person, clock: Clock) -> None:
    sent = await bot.says(amal.id, "قديم", reply_markup=keyboard([pressable("✅")]))
    clock.passes(365 * DAY)
    edited = (await bot("editMessageText", chat_id=amal.id, message_id=sent["message_id"], text="جديد")).result
    assert (edited["text"], edited["edit_date"], edited["date"]) == ("جديد", int(clock()), sent["date"])
    assert "reply_markup" not in edited
    assert amal.last
    assert (amal.last.buttons, amal.last.edited_at) == ([], clock())


async def test_buttons_can_be_edited_alone(bot: Bot, amal: Person) -> None:
    sent = await bot.says(amal.id, "x", reply_markup=keyboard([pressable("➕")]))
    where = {"chat_id": amal.id, "message_id": sent["message_id"]}
    edited = await bot("editMessageReplyMarkup", **where, reply_markup=keyboard([pressable("✅")]))
    assert edited.result["reply_markup"]["inline_keyboard"][0][0]["text"] == "✅"
    assert edited.result["text"] == "x"


@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
async def test_an_edit_must_change_something(bot: Bot, amal: Person, method: str) -> None:
    buttons = keyboard([pressable("✅")])
    sent = await bot.says(amal.id, "<b>x</b>", reply_markup=buttons)
    text = {"text": "<b>x</b> ", "parse_mode": "HTML"} if method == "editMessageText" else {}
    same = {"chat_id": amal.id, "message_id": sent["message_id"], **text}
    assert (await bot(method, **same, reply_markup=buttons)).refusal == NOT_MODIFIED
    assert (await bot(method, **same)).result


async def test_what_cannot_be_edited_is_refused(bot: Bot, amal: Person) -> None:
    with_keyboard = await bot.says(amal.id, "x", reply_markup=REPLY_KEYBOARD)
    forwarded = await bot("forwardMessage", chat_id=amal.id, from_chat_id=amal.id, message_id=amal.writes("y"))
    hers = amal.writes("z")
    for number, said in [
        (with_keyboard["message_id"], "message can't be edited"),
        (forwarded.result["message_id"], "message can't be edited"),
        (hers, "message can't be edited"),
        (999, "message to edit not found"),
    ]:
        refused = await bot("editMessageText", chat_id=amal.id, message_id=number, text="new")
        assert refused.refusal == f"Bad Request: {said}"


async def test_messages_can_be_deleted_for_two_days(bot: Bot, amal: Person, clock: Clock) -> None:
    hers, old = amal.writes("x"), await bot.says(amal.id, "قديم")
    assert (await bot("deleteMessage", chat_id=amal.id, message_id=hers)).result is True
    refused = await bot("deleteMessage", chat_id=amal.id, message_id=hers)
    assert refused.refusal == "Bad Request: message to delete not found"
    clock.passes(2 * DAY + 1)
    refused = await bot("deleteMessage", chat_id=amal.id, message_id=old["message_id"])
    assert refused.refusal == "Bad Request: message can't be deleted for everyone"


async def test_many_can_be_deleted_and_the_missing_are_passed_over(bot: Bot, amal: Person) -> None:
    first, second = amal.writes("1"), amal.writes("2")
    assert (await bot("deleteMessages", chat_id=amal.id, message_ids=[first, 999, second])).result is True
    assert [shown.text for shown in amal.screen] == ["/start"]
    assert (await bot("deleteMessages", chat_id=amal.id, message_ids=[])).status == 400


async def test_a_copy_names_no_author_and_a_forward_does(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    noor = telegram.person(1002, first_name="نور")
    noor.writes("/start")
    source: Any = {"from_chat_id": amal.id, "message_id": amal.writes("رأيي")}
    copied = (await bot("copyMessage", chat_id=noor.id, **source, reply_markup=keyboard([pressable("✅")]))).result
    assert copied == {"message_id": noor.screen[-1].id}
    assert (noor.screen[-1].text, noor.screen[-1].sender) == ("رأيي", "Sample")
    forwarded = (await bot("forwardMessage", chat_id=noor.id, **source)).result
    assert forwarded["forward_origin"]["sender_user"]["id"] == amal.id
    assert [call.message_id for call in telegram.sent_to(noor.id)] == [copied["message_id"], forwarded["message_id"]]


async def test_what_is_protected_is_not_copied(bot: Bot, amal: Person) -> None:
    sent = await bot.says(amal.id, "x", protect_content=True)
    refused = await bot("copyMessage", chat_id=amal.id, from_chat_id=amal.id, message_id=sent["message_id"])
    assert refused.refusal == "Bad Request: message can't be copied"


async def test_pins_come_and_go(bot: Bot, amal: Person) -> None:
    number = (await bot.says(amal.id, "مثبت"))["message_id"]
    assert (await bot("pinChatMessage", chat_id=amal.id, message_id=number)).result is True
    assert (await bot("getChat", chat_id=amal.id)).result["pinned_message"]["text"] == "مثبت"
    assert (await bot("unpinChatMessage", chat_id=amal.id)).result is True
    refused = await bot("unpinChatMessage", chat_id=amal.id)
    assert refused.refusal == "Bad Request: message to unpin not found"


async def test_wrong_previews_and_placeholders_are_refused(bot: Bot, amal: Person) -> None:
    refused = await bot("sendMessage", chat_id=amal.id, text="x", link_preview_options={"url": "localhost"})
    assert refused.refusal == "Bad Request: link preview URL 'localhost' is invalid: Wrong HTTP URL"
    markup = {"force_reply": True, "input_field_placeholder": "x" * 65}
    assert (await bot("sendMessage", chat_id=amal.id, text="x", reply_markup=markup)).status == 400


async def test_an_empty_keyboard_is_none(bot: Bot, amal: Person) -> None:
    assert "reply_markup" not in await bot.says(amal.id, "x", reply_markup=keyboard())


async def test_actions_are_known_ones(bot: Bot, amal: Person) -> None:
    assert (await bot("sendChatAction", chat_id=amal.id, action="typing")).result is True
    assert (await bot("sendChatAction", chat_id=amal.id, action="thinking")).status == 400


async def test_a_document_arrives_with_its_caption(bot: Bot, amal: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(amal.id), "caption": "<b>نسخة</b>", "parse_mode": "HTML"})
    form.add_field("document", "ملف".encode(), filename="data.txt", content_type="text/plain")
    async with bot.session.post(bot.url("sendDocument"), data=form) as answer:
        sent = (await answer.json())["result"]
    assert (sent["document"]["file_name"], sent["document"]["file_size"], sent["caption"]) == ("data.txt", 6, "نسخة")
    assert amal.last
    assert (amal.last.document, amal.last.html) == ("data.txt", "<b>نسخة</b>")
    assert bot.telegram.sent_to(amal.id)[-1].params["document"].content.decode() == "ملف"
    assert bot.telegram.problems == []


@pytest.mark.parametrize(
    ("content", "caption", "said"),
    [(b"", "x", "file must be non-empty"), (b"x", "x" * 1025, "message caption is too long")],
)
async def test_a_document_that_telegram_would_not_take_is_refused(
    bot: Bot, amal: Person, content: bytes, caption: str, said: str
) -> None:
    form = aiohttp.FormData({"chat_id": str(amal.id), "caption": caption})
    form.add_field("document", content, filename="data.txt", content_type="text/plain")
    async with bot.session.post(bot.url("sendDocument"), data=form) as answer:
        assert said in (await answer.json())["description"]


async def test_a_document_has_no_text_to_edit_and_none_is_fetched(bot: Bot, amal: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(amal.id), "reply_markup": '{"inline_keyboard": []}'})
    form.add_field("document", b"x", filename="data.txt", content_type="text/plain")
    async with bot.session.post(bot.url("sendDocument"), data=form) as answer:
        number = (await answer.json())["result"]["message_id"]
    edited = await bot("editMessageText", chat_id=amal.id, message_id=number, text="x")
    assert edited.refusal == "Bad Request: there is no text in the message to edit"
    fetched = await bot("sendDocument", chat_id=amal.id, document="https://site.example/a.pdf")
    assert "only uploads and ids of files are modelled" in fetched.refusal


async def test_a_photo_that_the_bot_has_seen_goes_on_as_a_copy(bot: Bot, amal: Person) -> None:
    amal.shows("نظرة من الشرفة")
    seen = amal.screen[-1]
    await bot("sendPhoto", chat_id=amal.id, photo=seen.photo)
    assert amal.last
    assert (amal.last.photo, amal.last.text) == (seen.photo, "")
    assert "wrong file identifier" in (await bot("sendPhoto", chat_id=amal.id, photo="another")).refusal
