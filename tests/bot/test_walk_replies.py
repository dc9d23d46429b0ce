"""Readers' replies, walked through in all four languages from the first word to the end, by all who deal with them.

What an author, another reader, the moderators' group and the owner are shown is written down beside one another in
`__snapshots__/test_walk_replies/`, as that of `test_walk.py` is. A new screen or answer is a line of a section below.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from syrupy.assertion import SnapshotAssertion

from locales import LANGUAGES
from newsroom.roles import Role
from sandbox import Person
from tests.company import DESK, Company, Seat, open_company
from tests.walk import ByLanguage


class Said(NamedTuple):
    """What people of a language write."""

    first: str
    better: str
    other: str
    wrong: str  # with a fault that a moderator mends
    mended: str
    pen: str
    note: str


SAID = {
    "ar": Said(
        "رأيي أن الاتفاق خطوة جيدة", "رأيي أن الاتفاق خطوة كبيرة", "أوافق على هذا الرأي",
        "النموذج يكتب شعرا جميلن", "النموذج يكتب شعرًا جميلًا", "طائر الجبل", "الخبر عن أمر آخر",
    ),
    "en": Said(
        "I think the agreement is a good step", "I think the agreement is a great step", "I am of the same opinion",
        "The model writes beautifull verses", "The model writes beautiful verses", "Mountain Bird",
        "The article is about something else",
    ),
    "zh": Said(
        "我认为这个协议是很好的一步", "我认为这个协议是很大的一步", "我同意这个看法",
        "模型写的诗很美力", "模型写的诗很美丽", "山中之鸟", "这篇文章说的是另一件事",
    ),
    "fr": Said(
        "Je pense que cet accord est un bon pas", "Je pense que cet accord est un grand pas", "Je suis du même avis",
        "Le modèle écrit de bau vers", "Le modèle écrit de beaux vers", "Oiseau des monts",
        "L’article parle d’autre chose",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Cast:
    """Who is there."""

    company: Company
    author: Seat
    reader: Seat
    desk: Seat  # in the moderators' group
    owner: Seat
    moderators: tuple[Person, Person]
    guest: Person

    @property
    def said(self) -> Said:
        return SAID[self.company.t.language]

    def moderator_acts(self, number: int = 0) -> None:
        self.desk.turns_to(f"moderator {number + 2}", self.moderators[number])  # the owner is the first

    async def reason(self, code: str) -> None:
        """Choose a reason on the card."""
        await self.desk.presses(f"▫️ {self.company.t.plain(f'reason.{code}')}")

    async def sends(self, text: str, article: int = 1) -> None:
        """Let the author send a reply, which comes before the moderators."""
        await self.company.passes(minutes=20)
        await self.author.writes(f"/reply {article} {text}")
        await self.author.presses_key("button.draft.send")


@pytest.fixture(params=LANGUAGES)
async def cast(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Cast]:
    """An author, a reader, the moderators' group and the owner."""
    async with open_company(request.param, tmp_path, sqlite_template) as company:
        people = [company.person(number) for number in range(1, 7)]
        group = company.live.telegram.group(DESK, title="Desk")
        for person in people[2:]:
            group.admits(person)
        author, reader = company.seat("author", people[0]), company.seat("reader", people[1])
        owner = company.seat("owner", people[2])
        desk = company.seat("moderator 2", people[3], group, "moderators")
        await owner.writes("/help")
        group.adds_bot(by=people[2])
        for person, role in zip(people[2:5], (Role.OWNER, Role.MODERATOR, Role.MODERATOR), strict=True):
            await company.grant(person, role)
        company.take()
        yield Cast(company, author, reader, desk, owner, (people[3], people[4]), people[5])


async def an_author_begins(cast: Cast) -> None:
    author, said = cast.author, cast.said
    for text in ("/myreplies", "/reply", "/reply 99", "/reply 1", "/cancel", "/start r_1"):
        await author.writes(text)
    await author.presses_key("button.drop")
    await author.writes("/article 1")
    await author.presses_key("button.reply")
    await author.writes("x")
    await author.writes(said.first)
    await author.presses_key("button.draft.edit")
    await author.writes(said.better)
    await author.presses_key("button.draft.name")
    await author.writes("x")
    await author.writes(said.pen)
    await author.presses_key("button.draft.name")
    await author.presses("🎭")
    await author.presses_key("button.draft.drop")


async def an_author_sends(cast: Cast) -> None:
    await cast.sends(cast.said.first)
    await cast.author.writes("/myreplies")
    await cast.author.presses("💬")
    await cast.author.presses_key("button.mine.list")
    await cast.author.writes(f"/reply 1 {cast.said.first}")
    await cast.author.presses_key("button.draft.send")
    await cast.author.presses_key("button.draft.drop")


async def a_guest_presses(cast: Cast) -> None:
    cast.desk.turns_to("guest", cast.guest)
    await cast.desk.presses_key("button.card.approve")
    await cast.desk.writes("/queue@sample_bot")
    await cast.owner.presses_key("button.role.leave")


async def a_moderator_looks(cast: Cast) -> None:
    desk = cast.desk
    cast.moderator_acts()
    await desk.writes("/queue@sample_bot")
    await desk.presses_key("button.card.pen")
    await desk.presses_key("button.card.back")
    await desk.presses_key("button.card.reject")
    cast.moderator_acts(1)
    await desk.presses_key("button.card.back")
    cast.moderator_acts()
    await desk.presses_key("button.card.back")
    await desk.presses_key("button.card.edit")
    asked = desk.newest()
    await desk.presses_key("button.card.back")
    assert asked.id not in desk.chat.messages


async def it_is_rejected_and_appealed(cast: Cast) -> None:
    desk, author = cast.desk, cast.author
    await desk.presses_key("button.card.reject")
    await cast.reason("insult")
    await desk.presses_key("button.card.show")
    await author.writes("/myreplies")
    await author.presses("💬")
    await author.presses_key("button.mine.appeal")
    await desk.presses_key("button.card.approve")


async def it_is_published(cast: Cast) -> None:
    desk = cast.desk
    cast.moderator_acts(1)
    await desk.presses_key("button.card.approve")
    await desk.presses_key("button.card.undo")
    await desk.presses_key("button.card.approve")
    await cast.company.passes(minutes=1)


async def a_reader_answers(cast: Cast) -> None:
    reader = cast.reader
    await reader.writes("/replies 1")
    await reader.presses("💬 ")
    await reader.presses_key("button.public.report")
    await reader.presses_key("button.public.answer")
    await reader.writes(cast.said.other)
    await reader.presses_key("button.draft.send")
    await cast.desk.presses_key("button.card.approve")
    await cast.company.passes(minutes=1)
    await cast.author.writes("/replies 1")


async def it_is_returned_and_mended(cast: Cast) -> None:
    desk, author, said = cast.desk, cast.author, cast.said
    await cast.sends(said.wrong, 2)
    cast.moderator_acts()
    await desk.presses_key("button.card.return")
    await desk.presses_key("button.card.note")
    await cast.reason("off-topic")
    await desk.writes(said.note, below=desk.newest())
    await author.presses_key("button.mine.edit")
    await author.writes(f"{said.wrong}!")
    await desk.presses_key("button.card.edit")
    await desk.writes(f"{said.mended}!", below=desk.newest())
    await author.presses_key("button.mine.accept")
    await cast.company.passes(minutes=1)
    await author.writes("/myreplies")


async def it_is_withdrawn(cast: Cast) -> None:
    author = cast.author
    await author.presses("💬")
    await author.presses_key("button.mine.withdraw")
    await author.presses_key("button.mine.keep")
    await author.presses_key("button.mine.withdraw")
    await author.presses_key("button.mine.withdrawn")
    await author.presses_key("button.mine.list")


async def a_public_one_is_taken_back(cast: Cast) -> None:
    desk = cast.desk
    await desk.writes(f"/find {cast.said.other}")
    await desk.presses("📄 ")
    await desk.presses_key("button.card.remove")
    await cast.reason("legal")
    await cast.reader.writes("/myreplies")


async def spam_and_a_ban(cast: Cast) -> None:
    desk = cast.desk
    await cast.sends(cast.said.better, 3)
    await desk.presses_key("button.card.spam")
    await desk.presses_key("button.card.sure")
    await desk.presses_key("button.card.show")
    await desk.presses_key("button.card.restore")
    await desk.presses_key("button.card.ban")
    await cast.reason("advertising")
    await cast.author.writes(f"/reply 4 {cast.said.better}")
    await desk.writes("/bans")
    await desk.presses("🔓")
    await desk.writes("/bans")
    await desk.writes("/find")
    await desk.writes("/find ~~~")


async def nobody_decides(cast: Cast) -> None:
    await cast.sends(cast.said.better, 5)
    await cast.company.passes(hours=2)  # the lists are folded up, which no order binds to the reminder
    await cast.company.passes(hours=3)
    await cast.company.passes(hours=8)
    await cast.company.passes(hours=12)
    await cast.company.passes(days=7)
    await cast.author.writes("/myreplies")
    await cast.author.presses("💬")
    await cast.author.presses_key("button.mine.reopen")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    an_author_begins,
    an_author_sends,
    a_guest_presses,
    a_moderator_looks,
    it_is_rejected_and_appealed,
    it_is_published,
    a_reader_answers,
    it_is_returned_and_mended,
    it_is_withdrawn,
    a_public_one_is_taken_back,
    spam_and_a_ban,
    nobody_decides,
]


async def test_replies_are_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    kept = snapshot.use_extension(ByLanguage)
    for number, section in enumerate(SECTIONS, 1):
        await section(cast)
        told = cast.company.take()
        assert told == kept(name=f"{number:02} {section.__name__}")
