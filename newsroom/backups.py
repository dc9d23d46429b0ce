"""Backups: what they are called, when one is due, and which are kept.

A backup's name is the moment that it shows, so a folder tells all there is to know, and whoever copies it keeps that.
One is due at HOUR by the newsroom's clock, each day; a missed one is made as soon as somebody looks. Kept are those of
the last week, of four weeks before the newest of each, and the newest in any case.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = 4  # when fewest read
DAILY = timedelta(days=7)
WEEKLY = timedelta(days=35)  # the age of the oldest that is kept
STALE = timedelta(days=2)  # the age of a newest backup that somebody must be told of
NAME = re.compile(r"qasid-(\d{8}T\d{6})Z\.backup")
STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as a folder shows it; `size` is in bytes."""

    name: str
    made_at: datetime
    size: int


def name_backup(made_at: datetime) -> str:
    """Answer the name of a backup that shows this moment."""
    return f"qasid-{made_at.astimezone(UTC).strftime(STAMP)}Z.backup"


def read_name(name: str) -> datetime | None:
    """Answer the moment that a backup shows by its name; None for what is none of ours."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def is_due(newest: datetime | None, begun_at: datetime, now: datetime, zone: str) -> bool:
    """Tell whether a backup is to be made: none is of the last such hour or later, nor was the database begun then."""
    return (newest or begun_at) < _last_hour(now, zone)


def _last_hour(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    today = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)


def choose_old(backups: Iterable[Backup], now: datetime) -> list[Backup]:
    """Answer the backups that are not to be kept any more."""
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    kept = {backup.name for backup in _choose_kept(newest_first, now)}
    return [backup for backup in newest_first if backup.name not in kept]


def _choose_kept(newest_first: Sequence[Backup], now: datetime) -> list[Backup]:
    weeks: dict[tuple[int, int], Backup] = {}
    for backup in newest_first:
        if now - backup.made_at <= WEEKLY:
            year, week, _ = backup.made_at.isocalendar()
            weeks.setdefault((year, week), backup)
    lately = [backup for backup in newest_first if now - backup.made_at <= DAILY]
    return [*newest_first[:1], *lately, *weeks.values()]
