"""Rich messages in the sandbox: what their HTML becomes, and what is refused."""

import pytest
from aiogram.types import RichMessage

from sandbox import Person
from sandbox.rich import LONGEST, MOST_BLOCKS
from tests.sandbox.conftest import Bot, Json

TITLE = "<h2>عنوان</h2>"


def rich(html: str) -> Json:
    return {"html": html, "is_rtl": True}


async def test_blocks_arrive_as_the_documents_describe_them(bot: Bot, amal: Person) -> None:
    html = (
        f'{TITLE}<img src="https://example.com/a.jpg"/>\n<p>أول <b>غامق <i>مائل</i></b> &amp; '
        '<a href="https://example.com">رابط</a></p><footer><tg-time unix="5" format="Dt">وقت</tg-time></footer>'
    )
    sent = await bot("sendRichMessage", chat_id=amal.id, rich_message=rich(html))
    told = RichMessage.model_validate(sent.result["rich_message"])
    assert (told.is_rtl, [block.type for block in told.blocks]) == (True, ["heading", "photo", "paragraph", "footer"])
    assert sent.result["rich_message"]["blocks"][2]["text"] == [
        "أول ",
        {"type": "bold", "text": ["غامق ", {"type": "italic", "text": "مائل"}]},
        " & ",
        {"type": "url", "text": "رابط", "url": "https://example.com/"},
    ]
    assert amal.last
    assert amal.last.text == "عنوان\n\n\n\nأول غامق مائل & رابط\n\nوقت"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p> </p>", "message text is empty"),
        ("<p><b>x</p>", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        (f"<p>{'x' * (LONGEST + 1)}</p>", "message is too long"),
        ("<p>x</p>" * (MOST_BLOCKS + 1), "message is too long"),
        (f'{TITLE}<img src="nowhere"/>', "wrong HTTP URL specified"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(bot: Bot, amal: Person, html: str, said: str) -> None:
    refused = await bot("sendRichMessage", chat_id=amal.id, rich_message=rich(html))
    assert refused.refusal == f"Bad Request: {said}"


async def test_what_is_not_modelled_is_a_problem(bot: Bot, amal: Person) -> None:
    await bot("sendRichMessage", chat_id=amal.id, rich_message=rich("<table></table>"))
    assert any("not modelled" in problem for problem in bot.telegram.problems)
    bot.telegram.problems.clear()
