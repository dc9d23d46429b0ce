"""What staff decide by buttons of the desk's messages, and `/status`. The role is looked up at the act.

What was pressed shows how things are afterwards, also for the second who presses it.
"""

from datetime import datetime
from importlib.metadata import version

from babel.dates import format_timedelta
from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Press
from bot.desk import ways_of_push
from bot.roster import Roster
from bot.talk import Talk
from db.store import AnyRow, deliveries, figures, findings, pacing, pushes, queue, staff
from locales import Label, Texts
from newsroom.errors import Refusal
from newsroom.findings import is_overdue
from newsroom.pacing import Pace, current_rate
from newsroom.pushes import DEEDS, Lane, PushState
from newsroom.roles import Role
from newsroom.text import read_number

BECOMES = {"pause": PushState.PAUSED, "cancel": PushState.CANCELLED}
OF_WAITING, OF_DOUBT = ("resume", "cancel"), ("arrived", "again")  # what the buttons of the desk's messages say
PUSH_ACTS = {"pause": "pause push", "resume": "resume push", "cancel": "cancel push", "once": "send push once"}


async def decide_push(talk: Talk, press: Press) -> None:
    """Let a push that waits for a person go on, or end it; then show how it stands."""
    await require_role(talk, Role.EDITOR)
    push = await pushes.find(talk.connection, read_number(press.what) or 0)
    if push is None or press.screen not in OF_WAITING:
        raise Refusal("desk.settled" if push is None else "button.old")
    if not talk.visit.is_late and await change_push(talk, push, press.screen):
        push = await pushes.find(talk.connection, push.id) or push
    keyboard = ways_of_push(talk.t, push.id) if push.state == PushState.PAUSED or push.reason else None
    talk.redraw(talk.t(f"desk.push.{push.state}", number=Label(push.story_id or 0)), keyboard)


async def change_push(talk: Talk, push: AnyRow, deed: str) -> bool:
    """Do something with a push, and put it on the audit; False where it is so already, or over."""
    now = talk.visit.now
    if deed == "resume":
        done = await queue.resume(talk.connection, push.id, now)
    elif deed == "once":
        done = not push.at_most_once and await pushes.send_once(talk.connection, push.id)
    else:
        done = await pushes.set_state(talk.connection, push.id, BECOMES[deed], DEEDS[deed], now)
    if done:
        await staff.note(talk.connection, staff.Act(str(talk.user_id), PUSH_ACTS[deed], str(push.id)), now)
    return done


async def decide_doubt(talk: Talk, press: Press) -> None:
    """Say what became of a message to a channel that nobody could tell about."""
    await require_role(talk, Role.EDITOR)
    push_id, subscriber_id = (read_number(part) or 0 for part in f"{press.what}:".split(":")[:2])
    push = await pushes.find(talk.connection, push_id)
    repeat, now = press.screen == "again", talk.visit.now
    if push is None or talk.visit.is_late or press.screen not in OF_DOUBT:
        raise Refusal("desk.settled" if push is None else "button.old")
    if not await deliveries.decide_doubt(talk.connection, push_id, subscriber_id, now, repeat=repeat):
        raise Refusal("desk.settled")
    if repeat:
        await pushes.wake(talk.connection, {push_id: now})
    await staff.note(talk.connection, staff.Act(str(talk.user_id), f"doubt {press.screen}", press.what), now)
    talk.redraw(talk.t("desk.doubt.again" if repeat else "desk.doubt.arrived", number=Label(push.story_id or 0)))


async def show_status(_update: Update, talk: Talk) -> None:
    """Say how the newsroom is: what is sent, what waits, what is in doubt, what is at fault, and what to do."""
    await require_role(talk, Role.ADMIN)
    pace = await pacing.load(talk.connection)
    found = await figures.read(talk.connection, talk.visit.now)
    measured = await pushes.measure_lanes(talk.connection, talk.visit.now)
    lanes = {lane: count for lane, count, _oldest in measured}

    def told(name: str, label: str = "") -> int:
        return int(found.get((name, label), 0))

    t = talk.t
    doubtful = sum(int(count) for (name, _label), count in found.items() if name == "doubtful_rows")
    again = told("outbox_doubtful", "queued") + told("outbox_doubtful", "sending")
    refused = {"stopped": told("renderings_stopped"), "refused": told("renderings_refused")}
    waiting = {lane.name.lower(): lanes.get(lane, 0) for lane in (Lane.BREAKING, Lane.NEWS, Lane.DIGEST)}
    lines = [
        t("status"),
        _write_pace(talk, pace),
        t("status.queue", **waiting, single=told("outbox_rows")),
        t("status.doubts", uncertain=told("doubtful_rows", "uncertain"), repeated=doubtful),
        t("status.doubts.single", waiting=again, uncertain=told("outbox_doubtful", "uncertain")),
        t("status.pushes", paused=told("pushes", "paused"), **refused),
        *([t("status.mend")] if any(refused.values()) else []),
        t("status.faults", sources=told("sources_failing"), dead=told("inbox_dead"), workers=told("workers")),
    ]
    talk.say("\n\n".join([*lines, *await _write_findings(talk)]))


async def _write_findings(talk: Talk) -> list[str]:
    """Answer what the last look found, as `qasid doctor` tells it, and the version; all is well as of a fresh look."""
    t, now = talk.t, talk.visit.now
    looked_at = await findings.find_look(talk.connection)
    found = [t.diagnose(one.name, one.values) for one in await findings.read(talk.connection)]
    told = [t("doctor.title"), *(f"⚠️ {line}" for line in found)] if found else []
    if is_overdue(looked_at, now):
        told = [_write_age(t, looked_at, now), *told]
    return [*(told or [t("doctor.well")]), t("doctor.version", version=version("qasid"))]


def _write_age(t: Texts, looked_at: datetime | None, now: datetime) -> str:
    """Say that nobody knows how things are, and how long ago somebody did."""
    if looked_at is None:
        return t("doctor.unlooked")
    ago = format_timedelta(looked_at - now, add_direction=True, locale=t.language)
    return t("doctor.overdue", ago=t.in_digits(ago))


def _write_pace(talk: Talk, pace: Pace | None) -> str:
    now = talk.visit.now
    if pace and pace.halted:
        return talk.t("status.halted", reason=pace.halted)
    if pace and pace.paused_until > now:
        return talk.t("status.waits", seconds=round((pace.paused_until - now).total_seconds()))
    return talk.t("status.well", percent=round(current_rate(pace, 100, now)) if pace else 100)


async def require_role(talk: Talk, role: Role) -> None:
    """Raise Refusal for whoever has no role that includes this one."""
    if not await staff.has_role(talk.connection, talk.user_id, role):
        raise Refusal("staff.only")


def roster_of(talk: Talk) -> Roster:
    """Answer what gives and takes roles."""
    return Roster(lambda: talk.visit.now, talk.newsroom.language)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("status", show_status),
]
