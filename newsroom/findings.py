"""Findings: what is wrong with a newsroom as it stands, and how much that matters.

    Facts (whoever looks gathers them: `jobs/checkup.py`) ─▶ examine ─▶ findings, the worst first
      ─▶ `qasid doctor`, with its exit code for monitors       ─▶ `/status`

A fact that nobody could learn is None, and nothing is found in it: what cannot be known is no fault. A new finding is a
rule in RULES, its text `doctor.…` in four languages, and a line in docs/operations.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from newsroom.backups import STALE
from newsroom.pushes import INTERACTIVE, Lane

MOST_SKEW = timedelta(seconds=30)  # leases are compared to some seconds
LEAST_FREE, LITTLE_FREE = 0.03, 0.10  # of a disk
PROMPT = timedelta(minutes=10)  # somebody waits for an answer
LATEST = dict.fromkeys(INTERACTIVE, PROMPT) | {
    Lane.BREAKING: timedelta(minutes=10),
    Lane.NEWS: timedelta(hours=1),
    Lane.DIGEST: timedelta(hours=2),
}
SOONEST = min(LATEST.values())  # what is due for less is not looked at further
OVERDUE = timedelta(minutes=15)  # the age of a last look that tells nothing of now
OK, REFUSED = 200, (401, 404)
OF_WHAT = ("place", "source", "folder", "lane", "file")  # values that tell two findings of a name apart


class Level(IntEnum):
    """How much a finding matters; the worst is the exit code."""

    WARNING = 1
    FAULT = 2


class Schema(StrEnum):
    """How the database stands to the program; `SILENT` where it does not answer."""

    CURRENT = "current"
    EMPTY = "empty"
    BEHIND = "behind"
    AHEAD = "ahead"
    SILENT = "silent"


class Secret(StrEnum):
    """How it stands with the secret of pen names."""

    WELL = "well"
    MISSING = "missing"  # there is none, and the database was begun with one
    OPEN = "open"  # others may read its file
    OTHER = "other"  # it is not that of the database


@dataclass(frozen=True, slots=True)
class Place:
    """A chat where the bot has something to do, and whether it may."""

    name: str
    kind: str  # `desk` or `channel`
    may: bool


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder that grows, with the bytes of its disk."""

    folder: str
    free: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is looked at."""

    has_token: bool = True
    status: int | None = None  # of getMe; 0 where nothing answered
    inline: bool | None = None
    webhook: str | None = None  # the one that Telegram has
    wanted_webhook: str = ""  # ours; none where we poll
    rival: bool = False  # somebody else asks Telegram for our updates
    places: Sequence[Place] = ()
    skew: timedelta | None = None
    schema: Schema = Schema.CURRENT
    halted: str = ""  # why nothing may be sent
    still: Mapping[Lane, datetime] = field(default_factory=dict)  # since when nothing moves of a push that is due
    singles: Mapping[Lane, datetime] = field(default_factory=dict)  # since when the oldest single message is due
    update_at: datetime | None = None  # when the oldest update that is not handled was to be
    dead_sources: Sequence[str] = ()
    dead_updates: int = 0
    workers: int | None = None
    disks: Sequence[Disk] = ()
    secret: Secret = Secret.WELL
    is_exposed: bool = False  # others may read the file of settings, with secrets in it
    is_begun: bool = False  # there is something to lose, for two days at least
    are_backups_seen: bool = True  # their folder could be read, or is not there
    backup_at: datetime | None = None
    lists_aside: Sequence[str] = ()  # of those who are to be forgotten, which do not open


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: its texts are `doctor.` and the name; `values` go into them."""

    name: str
    level: Level
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """By which it is known again: the name, and of what it is."""
        return ":".join([self.name, *(str(self.values[part]) for part in OF_WHAT if part in self.values)])


Rule = Callable[[Facts, datetime], Iterator[Finding]]


def examine(facts: Facts, now: datetime) -> list[Finding]:
    """Answer what is wrong, the worst first."""
    found = [finding for rule in RULES for finding in rule(facts, now)]
    return sorted(found, key=lambda finding: -finding.level)


def is_overdue(looked_at: datetime | None, now: datetime) -> bool:
    """Tell whether nobody knows how things are now: nobody has looked yet, or not for long."""
    return looked_at is None or now - looked_at > OVERDUE


def find_exit_code(findings: Sequence[Finding]) -> int:
    """Answer 0 where all is well, 1 where something is to be seen to, 2 where something does not work."""
    return max((int(finding.level) for finding in findings), default=0)


def _look_at_token(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if not facts.has_token:
        yield Finding("token.missing", Level.FAULT)
    elif facts.status in REFUSED:
        yield Finding("token.refused", Level.FAULT)
    elif facts.status is not None and facts.status != OK:
        yield Finding("telegram.silent", Level.FAULT)
    elif facts.halted:
        yield Finding("halted", Level.FAULT, {"reason": facts.halted})


def _look_at_updates(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if facts.rival:
        yield Finding("rival", Level.FAULT)
    if facts.webhook is not None and facts.webhook != facts.wanted_webhook:
        yield Finding("webhook", Level.FAULT, {"url": facts.webhook} if facts.webhook else {"url": "-"})
    if facts.dead_updates:
        yield Finding("updates.dead", Level.WARNING, {"count": facts.dead_updates})


def _look_at_inline(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if facts.inline is False:
        yield Finding("inline.off", Level.WARNING)


def _look_at_places(facts: Facts, _now: datetime) -> Iterator[Finding]:
    for place in facts.places:
        if not place.may:
            yield Finding(f"rights.{place.kind}", Level.FAULT, {"place": place.name})


def _look_at_clock(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if facts.skew is not None and abs(facts.skew) > MOST_SKEW:
        yield Finding("clock", Level.WARNING, {"seconds": round(abs(facts.skew).total_seconds())})


def _look_at_schema(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if facts.schema is not Schema.CURRENT:
        yield Finding(f"database.{facts.schema}", Level.WARNING if facts.schema is Schema.EMPTY else Level.FAULT)


def _look_at_work(facts: Facts, now: datetime) -> Iterator[Finding]:
    if facts.workers == 0:
        yield Finding("workers.none", Level.WARNING)
    for lane, since in facts.still.items():
        if now - since > LATEST[lane]:
            minutes = _count_minutes(now - since)
            yield Finding("queue.old", Level.FAULT, {"lane": lane.name.lower(), "minutes": minutes})
    late = [since for lane, since in facts.singles.items() if now - since > LATEST[lane]]
    if late:
        yield Finding("messages.old", Level.FAULT, {"minutes": _count_minutes(now - min(late))})
    if facts.update_at and now - facts.update_at > PROMPT:
        yield Finding("updates.old", Level.FAULT, {"minutes": _count_minutes(now - facts.update_at)})


def _count_minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _look_at_sources(facts: Facts, _now: datetime) -> Iterator[Finding]:
    for source in facts.dead_sources:
        yield Finding("source.dead", Level.WARNING, {"source": source})


def _look_at_disks(facts: Facts, _now: datetime) -> Iterator[Finding]:
    for disk in facts.disks:
        share = disk.free / disk.total if disk.total else 1
        if share < LITTLE_FREE:
            level = Level.FAULT if share < LEAST_FREE else Level.WARNING
            left = {"megabytes": disk.free // 1_000_000, "percent": int(share * 100)}
            yield Finding("disk", level, {"folder": disk.folder, **left})


def _look_at_secret(facts: Facts, _now: datetime) -> Iterator[Finding]:
    if facts.secret is not Secret.WELL:
        yield Finding(f"secret.{facts.secret}", Level.FAULT)
    if facts.is_exposed:
        yield Finding("settings.open", Level.FAULT)


def _look_at_backups(facts: Facts, now: datetime) -> Iterator[Finding]:
    if facts.backup_at is None and facts.is_begun and facts.are_backups_seen:
        yield Finding("backup.none", Level.WARNING)
    elif facts.backup_at and now - facts.backup_at > STALE:
        yield Finding("backup.old", Level.WARNING, {"days": (now - facts.backup_at).days})
    for name in facts.lists_aside:
        yield Finding("erasures.aside", Level.WARNING, {"file": name})


RULES: tuple[Rule, ...] = (
    _look_at_token,
    _look_at_updates,
    _look_at_schema,
    _look_at_secret,
    _look_at_disks,
    _look_at_work,
    _look_at_places,
    _look_at_sources,
    _look_at_backups,
    _look_at_clock,
    _look_at_inline,
)
# The names of all findings, for those who must have a text or a line for each.
NAMES = (
    "token.missing", "token.refused", "telegram.silent", "halted", "rival", "webhook", "updates.dead",
    "database.silent", "database.empty", "database.behind", "database.ahead",
    "secret.missing", "secret.open", "secret.other", "settings.open", "disk", "workers.none",
    "queue.old", "messages.old", "updates.old",
    "rights.desk", "rights.channel", "source.dead", "backup.none", "backup.old", "erasures.aside", "clock",
    "inline.off",
)  # fmt: skip
