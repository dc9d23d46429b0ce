"""The files of /mydata: one to be read, in the language and the digits of its reader, one for programs.

The second is the rows as they stand, so nothing is left out of it; a new table is in it by its line in
`db/store/people.py`. The first says the same in words; what is worth saying of a new table is a part of `_write_parts`.
"""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from babel.dates import format_datetime

from bot.pens import name_pen
from bot.standing import describe_quiet, describe_reads, describe_schedule, describe_zone
from bot.view import View
from db.store.people import Kept
from locales import DIGITS, OWN_NAMES, Html, Label, Texts
from newsroom.direction import direct, is_rtl

BEGIN = "\ufeff"  # without it some programs take the file for another encoding's
STATES = {
    "active": "mydata.active",
    "stopped": "mydata.stopped",
    "suspended": "mydata.suspended",
    "queued": "mydata.queued",
    "sending": "mydata.sending",
    "sent": "mydata.sent",
    "failed": "mydata.failed",
    "uncertain": "mydata.uncertain",
    "skipped": "mydata.skipped",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose data it is: how he sees things, the zone of the newsroom, and which story each push is of."""

    view: View
    zone: str
    stories: Mapping[int, int]
    now: datetime

    @property
    def t(self) -> Texts:
        """His language."""
        return self.view.t

    def time(self, moment: datetime | None) -> str:
        """Answer a moment in the zone of the newsroom."""
        if moment is None:
            return ""
        told = format_datetime(
            moment.astimezone(ZoneInfo(self.zone)), self.t.plain("article.time"), locale=self.t.language
        )
        return self.t.in_digits(told)

    def state(self, name: str) -> str:
        """Answer a state in words, or as it stands where there are none for it."""
        return self.t(STATES[name]) if name in STATES else name

    def list(self, names: list[str]) -> Html:
        """Answer all of these names, or that there are none."""
        said = [self.t("list.item", name=name) for name in names]
        return Html(self.t.plain("list.comma").join(said) or self.t("mydata.nothing"))


def write_text(kept: Kept, owner: Owner) -> str:
    """Answer what is kept in words, each line in the direction of the language."""
    parts = ("\n".join(map(html.unescape, part)) for part in _write_parts(kept, owner))
    lines = "\n\n".join(part for part in parts if part).splitlines()
    rtl = is_rtl(owner.t.language)
    return BEGIN + "\n".join(direct(line, rtl=rtl) if line else "" for line in lines) + "\n"


def write_json(kept: Kept, now: datetime) -> str:
    """Answer what is kept as rows by table, times in UTC."""
    told = {"made_at": now, "tables": kept}
    return orjson.dumps(told, default=_read_bytes, option=orjson.OPT_INDENT_2).decode()


def _read_bytes(value: Any) -> Any:
    """Answer what stands in a request that waits, which is JSON; nothing where it is emptied."""
    return orjson.loads(value) if value else None


def _write_parts(kept: Kept, owner: Owner) -> Iterator[Iterator[str]]:
    t = owner.t
    yield iter((t("mydata.title", site=owner.view.site), t("mydata.made", time=owner.time(owner.now), zone=owner.zone)))
    yield _write_chat(kept, owner)
    yield _write_reader(kept, owner)
    yield _write_rest(kept, owner)
    yield _write_news(kept, owner)
    yield _write_messages(kept, owner)
    yield _write_replies(kept, owner)
    yield _write_acts(kept, owner)


def _write_chat(kept: Kept, owner: Owner) -> Iterator[str]:
    for chat in kept["chats"]:
        yield owner.t("mydata.chat", number=str(chat["id"]))
        yield owner.t("mydata.alive", time=owner.time(chat["alive_at"]))


def _write_reader(kept: Kept, owner: Owner) -> Iterator[str]:
    t, view = owner.t, owner.view
    if not kept["subscribers"]:
        yield t("mydata.no_reader")
    for reader in kept["subscribers"]:
        yield t("mydata.since", time=owner.time(reader["since"]))
        yield t("mydata.state", state=owner.state(reader["state"]))
        yield t("mydata.language", name=OWN_NAMES[reader["language"]])
        yield t("mydata.digits", digits=DIGITS[reader["digits"]])
        yield t("mydata.rhythm", how=describe_schedule(t, view.schedule))
        yield from (describe_quiet(t, view.schedule), describe_zone(view), describe_reads(view))
        if reader["paused_until"]:
            yield t("pause.notice", until=owner.time(reader["paused_until"]))
        yield t("mydata.followed", topics=owner.list([view.name(tag) for tag in view.chosen]))
        yield t("mydata.muted", topics=owner.list([view.name(tag) for tag in view.muted]))


def _write_rest(kept: Kept, owner: Owner) -> Iterator[str]:
    for prompt in kept["prompts"]:
        yield owner.t("mydata.waits", command=prompt["command"])
    if kept["staff"]:
        yield owner.t("mydata.roles", roles=owner.list([row["role"] for row in kept["staff"]]))


def _write_news(kept: Kept, owner: Owner) -> Iterator[str]:
    yield owner.t("mydata.news", count=len(kept["deliveries"]))
    for row in kept["deliveries"]:
        time = owner.time(row["settled_at"] or row["due_at"])
        if not (row["article_id"] or row["push_id"] in owner.stories):
            yield owner.t("mydata.broadcast", state=owner.state(row["state"]), time=time)
            continue
        number = Label(row["article_id"] or owner.stories[row["push_id"]])
        yield owner.t("mydata.article", number=number, state=owner.state(row["state"]), time=time)


def _write_messages(kept: Kept, owner: Owner) -> Iterator[str]:
    yield owner.t("mydata.messages", count=len(kept["outbox"]))
    for row in kept["outbox"]:
        yield owner.t("mydata.message", time=owner.time(row["created_at"]), state=owner.state(row["state"]))


def _write_replies(kept: Kept, owner: Owner) -> Iterator[str]:
    t, articles = owner.t, {row["id"]: row["article_id"] for row in kept["replies"]}
    for row in kept["authors"]:
        yield t("mydata.pen", name=name_pen(t, row["pen"], row["pen_number"]))
        yield t("mydata.replies", count=len(articles))
    if kept["discussions"]:
        told = {name: _list_discussions(kept, owner, muted=name == "muted") for name in ("followed", "muted")}
        yield t("mydata.discussions", **told)
    for row in kept["revisions"]:
        number, time = Label(articles[row["reply_id"]]), owner.time(row["made_at"])
        yield t("mydata.reply", number=number, time=time, text=row["text"])


def _list_discussions(kept: Kept, owner: Owner, *, muted: bool) -> Html:
    return owner.list([str(row["article_id"]) for row in kept["discussions"] if row["muted"] is muted])


def _write_acts(kept: Kept, owner: Owner) -> Iterator[str]:
    acts = [row for row in kept["audit"] if row["reply_id"] is None or row["actor"] not in {None, "author"}]
    if acts:
        yield owner.t("mydata.acts", count=len(acts))
    for row in acts:
        yield owner.t("mydata.act", time=owner.time(row["at"]), action=row["action"], subject=row["subject"])
