"""Who takes part in the demo, and how the bot is set up for them. Another part is a field of Cast."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sandbox import Group, Limits, Person, Sandbox
from sandbox.site import SampleSite

TOKEN = "1234567:a-token-of-the-demo-that-opens-nothing"  # noqa: S105  (of no bot)
READER, EDITOR, LEAD, MODERATOR, DESK = 1001, 1002, 1003, 1004, -1_001_000_000_001
NAMES = {
    READER: {"ar": "أمل", "en": "Amal", "zh": "阿迈勒", "fr": "Amal"},
    EDITOR: {"ar": "ليلى", "en": "Layla", "zh": "莱拉", "fr": "Leïla"},
    LEAD: {"ar": "يوسف", "en": "Youssef", "zh": "优素福", "fr": "Youssef"},
    MODERATOR: {"ar": "مي", "en": "Mei", "zh": "梅", "fr": "Mei"},
    DESK: {"ar": "المشرفون على الردود", "en": "Moderators", "zh": "审核组", "fr": "Modération"},
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the demo: a reader who has not begun, and a staff that has."""

    reader: Person
    editor: Person
    lead: Person
    desk: Group

    @classmethod
    def enter(cls, telegram: Sandbox, language: str) -> Self:
        """Let all of them be there."""
        reader, editor, lead, moderator = (
            telegram.person(number, first_name=NAMES[number][language], language=language)
            for number in (READER, EDITOR, LEAD, MODERATOR)
        )
        desk = telegram.group(DESK, title=NAMES[DESK][language])
        for member in (lead, moderator, editor):
            desk.invite(member)
        desk.adds_bot(lead, as_admin=True)
        for member in (editor, lead, moderator):
            member.writes("/start")
        return cls(reader, editor, lead, desk)


def open_telegram(clock: Callable[[], float]) -> Sandbox:
    """Answer the local Telegram of the demo, as fast as the real one lets a bot be."""
    return Sandbox(token=TOKEN, username="sample_news_bot", first_name="موقع النماذج", limits=Limits(), clock=clock)


def make_settings(folder: Path, telegram: Sandbox, site: SampleSite, cast: Cast) -> dict[str, str]:
    """Answer the bot's settings, as its environment has them."""
    return {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        "SOURCES": site.feed_url,
        "SITE_URL": site.url,
        "SITE_NAME": site.title,
        "OWNER_IDS": str(cast.editor.id),
        "MODERATION_CHAT_ID": str(cast.desk.id),
        "DEFAULT_LANGUAGE": cast.reader.user["language_code"],  # so a group speaks it too
        "POLL_SECONDS": "1",
        "ALLOW_PRIVATE_SOURCES": "true",
        "WEB_PORT": "0",
    }
