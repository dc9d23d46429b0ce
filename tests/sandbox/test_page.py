"""The page's HTTP face: a snapshot first, then each change; what people do; who is refused."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox
from sandbox.page import Control, Figure, Page, Point, Step
from sandbox.page.acts import LANGUAGES
from sandbox.page.server import read_words
from tests.sandbox.conftest import Bot, Clock, keyboard, pressable

STATIC = Path(__file__).parents[2] / "sandbox" / "page" / "static"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
Json = dict[str, Any]


class Lamp:
    """A panel with one switch."""

    def __init__(self) -> None:
        self.is_on = False

    def words(self, language: str) -> dict[str, str]:
        return {"control.lamp": f"lamp in {language}"}

    def controls(self) -> list[Control]:
        return [Control("lamp", "room", is_on=self.is_on)]

    def figures(self) -> list[Figure]:
        return [Figure("light", "1" if self.is_on else "0", "good")]

    def tour(self) -> list[Step]:
        return [Step("light", int(self.is_on), [Point(control="lamp")])]

    async def press(self, name: str) -> None:
        if name != "lamp":
            raise KeyError(name)
        self.is_on = not self.is_on


@dataclass
class Visitor:
    """Whoever has the page open."""

    page: Page
    session: aiohttp.ClientSession

    async def posts(self, path: str, headers: Json | None = None, **told: Any) -> tuple[int, Json]:
        own = {"Origin": self.page.url} if headers is None else headers
        async with self.session.post(f"{self.page.url}{path}", json=told, headers=own) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if answer.content_type == "application/json" else {}

    async def does(self, act: str, person: int, chat: int | None = None, **told: Any) -> Json:
        status, answer = await self.posts("/acts", act=act, person=person, chat=chat or person, **told)
        assert status == 200, answer
        return answer

    async def gets(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        async with self.session.get(f"{self.page.url}{path}", headers=headers) as answer:
            await answer.read()
            return answer

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Stream"]:
        async with self.session.get(f"{self.page.url}/events") as answer:
            yield Stream(answer)


@dataclass
class Stream:
    """The events of one page."""

    answer: aiohttp.ClientResponse

    async def next(self, kind: str) -> Json:
        """Answer the next event of a kind."""
        name = ""
        async with asyncio.timeout(5):
            async for line in self.answer.content:
                head, _, told = line.decode().rstrip("\n").partition(": ")
                name = told if head == "event" else name
                if head == "data" and name == kind:
                    read: Json = json.loads(told)
                    return read
        raise AssertionError(f"the stream ended before {kind}")


@pytest.fixture
async def page(telegram: Sandbox, amal: Person) -> AsyncIterator[Page]:
    async with Page(telegram, [(amal.id, amal.id)], port=0, panel=Lamp()) as opened:
        yield opened


@pytest.fixture
async def visitor(page: Page) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(page, session)


async def test_a_page_begins_with_all_that_there_is(visitor: Visitor, amal: Person) -> None:
    async with visitor.listening() as stream:
        told = await stream.next("snapshot")
    assert [person["name"] for person in told["people"]] == ["أمل"]
    assert told["panes"] == [{"person": amal.id, "chat": amal.id}]
    assert [message["text"] for message in told["messages"][str(amal.id)]] == ["/start"]
    assert told["panel"]["controls"][0]["name"] == "lamp"


async def test_whatever_the_bot_says_edits_and_deletes_is_seen(visitor: Visitor, bot: Bot, amal: Person) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        said = await bot.says(amal.id, "<b>مرحبًا</b>", reply_markup=keyboard([pressable("✅ نعم", "yes")]))
        shown = (await stream.next("message"))["message"]
        assert (shown["text"], shown["bot"]) == ("مرحبًا", True)
        assert shown["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
        assert shown["keyboard"] == [[{"text": "✅ نعم", "action": "callback_data", "style": ""}]]
        await bot("editMessageText", chat_id=amal.id, message_id=said["message_id"], text="أهلًا")
        assert (await stream.next("message"))["message"]["edited"]
        await bot("deleteMessage", chat_id=amal.id, message_id=said["message_id"])
        assert await stream.next("gone") == {"chat": amal.id, "id": said["message_id"]}


async def test_whoever_comes_back_has_lost_nothing(visitor: Visitor, bot: Bot, amal: Person) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
    await bot.says(amal.id, "meanwhile")
    async with visitor.listening() as stream:
        told = await stream.next("snapshot")
    assert told["messages"][str(amal.id)][-1]["text"] == "meanwhile"


async def test_what_is_written_reaches_the_bot_and_the_page(visitor: Visitor, bot: Bot, amal: Person) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        await visitor.does("write", amal.id, text=" /help ")
        assert (await stream.next("message"))["message"]["text"] == "/help"
    assert [update["message"]["text"] for update in await bot.updates()] == ["/help"]


async def test_a_press_waits_until_the_bot_answers(visitor: Visitor, bot: Bot, amal: Person) -> None:
    said = await bot.says(amal.id, "well?", reply_markup=keyboard([pressable("✅ Yes", "yes")]))
    place = {"message": said["message_id"], "row": 0, "column": 0}
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        query = (await visitor.does("press", amal.id, label="✅ Yes", **place))["query"]
        assert [update["callback_query"]["data"] for update in await bot.updates()] == ["yes"]
        await bot("answerCallbackQuery", callback_query_id=query, text="Done")
        assert await stream.next("alert") == {"person": amal.id, "text": "Done"}
        assert await stream.next("answered") == {"query": query}


async def test_a_button_that_changed_meanwhile_is_not_pressed(visitor: Visitor, bot: Bot, amal: Person) -> None:
    said = await bot.says(amal.id, "well?", reply_markup=keyboard([pressable("✅ Yes", "yes")]))
    place = {"message": said["message_id"], "row": 0, "column": 0}
    told = {"act": "press", "person": amal.id, "chat": amal.id, "label": "❌ No", **place}
    assert (await visitor.posts("/acts", **told))[0] == 409
    assert await bot.updates() == []


async def test_typing_is_seen_until_the_answer(visitor: Visitor, bot: Bot, amal: Person) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        await bot("sendChatAction", chat_id=amal.id, action="typing")
        assert (await stream.next("chat"))["typing"]
        await bot.says(amal.id, "here")
        assert not (await stream.next("chat"))["typing"]


async def test_people_are_added_and_found_groups_and_channels_with_the_bot(visitor: Visitor, bot: Bot) -> None:
    omar = (await visitor.posts("/acts", act="add person", name="عمر", language="ar"))[1]["person"]
    zoe = (await visitor.posts("/acts", act="add person", name="Zoé", language="fr"))[1]["person"]
    group = (await visitor.does("found group", omar, title="ديوان"))["chat"]
    await visitor.does("join", zoe, group)
    await visitor.does("write", zoe, group, text="/settings@sample_bot")
    await visitor.does("found channel", omar, title="قناة")
    heard = [next(name for name in update if name != "update_id") for update in await bot.updates()]
    assert heard == ["my_chat_member", "message", "message", "message", "my_chat_member"]


async def test_blocking_and_coming_back_are_heard(visitor: Visitor, bot: Bot, amal: Person) -> None:
    await visitor.does("block", amal.id)
    assert (await visitor.posts("/acts", act="write", person=amal.id, chat=amal.id, text="hm"))[0] == 409
    await visitor.does("unblock", amal.id)
    states = [update["my_chat_member"]["new_chat_member"]["status"] for update in await bot.updates()]
    assert states == ["kicked", "member"]


async def test_a_poll_takes_one_vote_of_each(visitor: Visitor, bot: Bot, amal: Person) -> None:
    options = [{"text": "نعم"}, {"text": "لا"}]
    sent = (await bot("sendPoll", chat_id=amal.id, question="؟", options=options)).result
    await visitor.does("vote", amal.id, message=sent["message_id"], option=1)
    told = {"act": "vote", "person": amal.id, "chat": amal.id, "message": sent["message_id"], "option": 0}
    assert (await visitor.posts("/acts", **told))[0] == 409
    assert [option["voter_count"] for option in (await bot.updates())[0]["poll"]["options"]] == [0, 1]


async def test_a_reaction_is_seen_with_who_gave_it(visitor: Visitor, bot: Bot, amal: Person) -> None:
    said = (await bot.says(amal.id, "خبر"))["message_id"]
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        await visitor.does("react", amal.id, message=said, emoji="👍")
        assert (await stream.next("message"))["message"]["reactions"] == [{"emoji": "👍", "by": [amal.id]}]
    told = {"act": "react", "person": amal.id, "chat": amal.id, "message": said, "emoji": "🦖"}
    assert (await visitor.posts("/acts", **told))[0] == 409


async def test_an_album_is_several_pictures_of_one_group(visitor: Visitor, bot: Bot, amal: Person) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        await visitor.does("album", amal.id, count=3, text="ثلاث صور")
        shown = [(await stream.next("message"))["message"] for _ in range(3)]
    assert len({message["album"] for message in shown} - {""}) == 1
    assert len({message["file"]["id"] for message in shown}) == 3
    heard = [update["message"] for update in await bot.updates()]
    assert [message.get("caption") for message in heard] == ["ثلاث صور", None, None]
    assert {message["media_group_id"] for message in heard} == {shown[0]["album"]}


async def test_a_picture_that_was_uploaded_is_shown(visitor: Visitor, amal: Person) -> None:
    amal.sends_file("a.png", b"\x89PNG...")
    (number,) = visitor.page.telegram.world.contents
    assert (await visitor.gets(f"/pictures/{number}")).content_type == "image/png"
    assert (await visitor.gets("/pictures/1")).status == 404


@pytest.mark.parametrize("count", [0, 1, 11, "3"])
async def test_an_album_has_two_to_ten_pictures(visitor: Visitor, bot: Bot, amal: Person, count: object) -> None:
    told: Json = {"act": "album", "person": amal.id, "chat": amal.id, "count": count}
    assert (await visitor.posts("/acts", **told))[0] == 409
    assert await bot.updates() == []


async def test_people_ask_in_polls_and_others_vote(visitor: Visitor, bot: Bot, amal: Person, telegram: Sandbox) -> None:
    noor, desk = telegram.person(1002), telegram.group(-1001)
    desk.adds_bot(amal, as_admin=True)
    desk.admits(noor)
    await bot.updates()
    await visitor.does("poll", amal.id, desk.id, question="أين؟", options=["هنا", "", "هناك"])
    poll = (await bot.updates())[0]["message"]["poll"]
    assert [option["text"] for option in poll["options"]] == ["هنا", "هناك"]
    number = desk.screen[-1].id
    await visitor.does("vote", noor.id, desk.id, message=number, option=0)
    assert desk.messages[number].content["poll"]["total_voter_count"] == 1
    assert await bot.updates() == []  # the poll is not its own


@pytest.mark.parametrize(
    "told", [{"question": "", "options": ["a", "b"]}, {"question": "?", "options": ["a", " "]}, {"question": "?"}]
)
async def test_a_poll_has_a_question_and_options(visitor: Visitor, bot: Bot, amal: Person, told: Json) -> None:
    assert (await visitor.posts("/acts", act="poll", person=amal.id, chat=amal.id, **told))[0] == 409
    assert await bot.updates() == []


async def test_own_messages_are_edited_and_deleted_and_nobody_elses(visitor: Visitor, bot: Bot, amal: Person) -> None:
    said = await bot.says(amal.id, "mine")
    told = {"act": "edit", "person": amal.id, "chat": amal.id, "message": said["message_id"], "text": "yours"}
    assert (await visitor.posts("/acts", **told))[0] == 409
    number = amal.writes("helo")
    await visitor.does("edit", amal.id, message=number, text="hello")
    await visitor.does("delete", amal.id, message=number)
    assert number not in amal.messages


async def test_what_is_typed_after_the_name_of_the_bot_is_offered_and_sent(
    visitor: Visitor, bot: Bot, amal: Person
) -> None:
    content = {"message_text": "قمة في دوشنبه"}
    result = {"type": "article", "id": "7", "title": "قمة", "input_message_content": content}
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        await visitor.does("type", amal.id, text="قمة")
        query = (await bot.updates())[0]["inline_query"]
        await bot("answerInlineQuery", inline_query_id=query["id"], results=[result])
        offer = (await stream.next("person"))["offer"]
        assert offer["results"] == [{"id": "7", "title": "قمة", "description": ""}]
        await visitor.does("pick", amal.id, result="7")
        assert (await stream.next("message"))["message"]["via"] == "sample_bot"


async def test_the_log_tells_calls_and_what_was_wrong_with_them(visitor: Visitor, bot: Bot, amal: Person) -> None:
    before = len(bot.telegram.calls)
    await bot.says(amal.id, "x")
    await bot("sendMessage", chat_id=amal.id, txt="x")
    async with visitor.session.get(f"{visitor.page.url}/log?after={before}") as answer:
        told = await answer.json()
    assert [(call["method"], call["status"]) for call in told["calls"]] == [("sendMessage", 200), ("sendMessage", 400)]
    assert ["txt is unknown" in problem for problem in told["problems"]] == [True]


async def test_a_clock_that_nobody_can_move_is_not_moved(visitor: Visitor) -> None:
    assert (await visitor.posts("/acts", act="pass time", seconds=60))[0] == 409


async def test_faults_come_and_go(visitor: Visitor, bot: Bot) -> None:
    assert (await visitor.posts("/acts", act="add fault", kind="error", times=None, status=502))[0] == 200
    assert (await bot("getMe")).status == 502
    assert (await visitor.posts("/acts", act="clear faults"))[0] == 200
    assert (await bot("getMe")).status == 200
    assert (await visitor.posts("/acts", act="add fault", kind="pigeon"))[0] == 409


async def test_the_panel_is_pressed_and_seen(visitor: Visitor) -> None:
    async with visitor.listening() as stream:
        await stream.next("snapshot")
        assert (await visitor.posts("/panel", name="lamp"))[0] == 200
        assert (await stream.next("panel"))["controls"][0]["is_on"]
    assert (await visitor.posts("/panel", name="door"))[0] == 409


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Origin": "https://evil.example"}, "a foreign page"),
        ({"Origin": "null"}, "a page without a name"),
        ({}, "no page at all"),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, "a name that leads here"),
        ({"Sec-Fetch-Site": "cross-site"}, "what the browser says is foreign"),
    ],
)
async def test_foreign_pages_do_nothing_here(
    visitor: Visitor, bot: Bot, amal: Person, headers: dict[str, str], told: str
) -> None:
    status, _ = await visitor.posts("/acts", headers, act="write", person=amal.id, chat=amal.id, text=told)
    assert status == 403
    assert await bot.updates() == []


async def test_a_form_cannot_post(visitor: Visitor) -> None:
    headers = {"Origin": visitor.page.url}
    async with visitor.session.post(f"{visitor.page.url}/acts", data="{}", headers=headers) as answer:
        assert answer.status == 415


async def test_foreign_pages_read_nothing_here(visitor: Visitor) -> None:
    assert (await visitor.gets("/events", Origin="https://evil.example")).status == 403
    assert (await visitor.gets("/words/ar", Host="evil.example")).status == 403
    assert (await visitor.gets("/words/ar", **{"Sec-Fetch-Site": "cross-site"})).status == 403


async def test_the_page_may_load_and_ask_nothing_from_elsewhere(visitor: Visitor) -> None:
    shown = await visitor.gets("/")
    assert shown.status == 200
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert (await visitor.gets("/static/../server.py")).status == 404


@pytest.mark.parametrize("told", ["[]", "nonsense", '{"act": "fly"}', '{"act": "write", "person": "x"}'])
async def test_nonsense_is_refused(visitor: Visitor, told: str) -> None:
    headers = {"Origin": visitor.page.url, "Content-Type": "application/json"}
    async with visitor.session.post(f"{visitor.page.url}/acts", data=told, headers=headers) as answer:
        assert answer.status == 409


def test_the_words_are_complete_in_all_languages() -> None:
    english = read_words("en")
    for language in LANGUAGES:
        words = read_words(language)
        assert words.keys() == english.keys(), language
        assert all(words.values())
        for key, text in words.items():
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[key])), (language, key)


def test_what_is_said_has_words_and_what_has_words_is_said() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in STATIC.iterdir())
    said = set(re.findall(r"""\bsay\(["']([\w.]+)["']""", source))
    said |= set(re.findall(r"""data-(?:say|label|hint)=["']([\w.]+)["']""", source))
    composed = tuple(re.findall(r"""\bsay\(`([\w.]+\.)\$\{""", source))
    known = read_words("en").keys()
    assert said - known == set()
    assert {key for key in known - said if not key.startswith(composed)} == set()


def test_nothing_that_was_said_becomes_html() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source)
    whole = source + (STATIC / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"https?://(?!127\.0\.0\.1|t\.me|www\.w3\.org)[\w.]+", whole) == []


def test_the_clock_of_the_sandbox_is_the_clock_of_the_page(telegram: Sandbox, clock: Clock, amal: Person) -> None:
    amal.typing_until = clock() + 5
    clock.passes(6)
    assert telegram.clock() > amal.typing_until
