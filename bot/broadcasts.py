"""The card of a broadcast: one message that shows how it stands, from the draft to the report, and what can be done.

    draft      who · when · how · how long           👥 🕒 ⚙️ 👁 ✏️ 🗑 🚀
    running    a bar, counts, the rate, the end      ⏸ ⏹
    done       the counts                            ♻️

Cards are pure functions of a `Sight`. Whom it is for is drawn by `bot/crowds.py`, when and how by `bot/manners.py`. A
new thing that can be done is a button here and a deed of `bot/handlers/broadcasting.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_timedelta
from telegram import InlineKeyboardButton

from bot.articles import write_moment
from bot.callbacks import Act
from bot.contents import has_open_votes, is_poll
from bot.keyboards import Row, make_button, make_keyboard
from bot.readership import describe_crowd, write_readers
from bot.view import Screen
from db.store.broadcasts import Standing
from locales import OWN_NAMES, Html, Label, Texts
from newsroom.broadcasts import (
    ALIVE,
    CUT_SHORT,
    ENDED,
    FEW,
    REFUSED_TO_STAFF,
    SWITCHES,
    Broadcast,
    Phase,
    Rules,
    Step,
    estimate_stars,
    is_before_readers,
    is_few,
    is_rate_known,
    may_approve,
    may_undo,
)
from newsroom.progress import Cause, draw_bar, estimate
from newsroom.taxonomy import Taxonomy

PERCENT = 100
TOLD_ANYWAY = frozenset({"sent", "taken"})  # of the counts, also where they are none


@dataclass(frozen=True, slots=True)
class Sight:
    """What a card is drawn from; `viewer` is who looks at it, as the audit names him."""

    t: Texts
    taxonomy: Taxonomy
    broadcast: Broadcast
    standing: Standing
    audience: int  # who would get it now
    zone: str
    now: datetime
    rules: Rules
    viewer: str

    @property
    def phase(self) -> Phase:
        """How it stands."""
        return self.standing.phase


def draw_card(sight: Sight, step: Step | None = None) -> Screen:
    """Draw a card; `step` is what 🚀 asks for before it sends, where it was pressed."""
    lines = [*_write_head(sight), "", *_DRAWN[sight.phase](sight)]
    if step:
        lines += ["", _ask(sight, step)]
    elif waits_amended(sight):
        key = "asked" if sight.broadcast.asked_by else "sure"
        lines += ["", sight.t(f"broadcast.amended.{key}", readers=write_readers(sight.t, sight.audience))]
    return "\n".join(lines), make_keyboard(list(_offer_steps(sight, step) if step else _BUTTONS[sight.phase](sight)))


def _write_head(sight: Sight) -> Iterator[str]:
    t = sight.t
    phase = Html(t(f"broadcast.phase.{sight.phase}"))
    yield t("broadcast.title", number=Label(sight.broadcast.id), phase=phase)
    if sight.broadcast.manner.name:
        yield t("broadcast.template", name=sight.broadcast.manner.name)


def _draw_plan(sight: Sight) -> Iterator[str]:
    """Say whom it is for, when and how, and how long it takes."""
    yield write_plan(sight)
    yield ""
    yield sight.t(f"broadcast.hint.{sight.phase}")


def write_plan(sight: Sight) -> str:
    """Answer whom a broadcast is for, when it leaves, how, and how long that takes."""
    t, due_at = sight.t, sight.broadcast.due_at
    when = t("broadcast.when", time=Html(write_moment(due_at, t, sight.zone))) if due_at else t("broadcast.at_once")
    who = describe_crowd(t, sight.taxonomy, sight.broadcast.crowd)
    lines = [t("broadcast.who", who=who, readers=write_readers(t, sight.audience)), when]
    lines += [t(f"broadcast.manner.{name}") for name in SWITCHES if getattr(sight.broadcast.manner, name)]
    if sight.broadcast.manner.buttons:
        lines.append(t.count("broadcast.links", len(sight.broadcast.manner.buttons)))
    if own := [OWN_NAMES[language] for language in sight.broadcast.contents if language]:
        lines.append(t("broadcast.own", languages=t.plain("list.comma").join(own)))
    if any(map(has_open_votes, sight.broadcast.contents.values())):
        lines.append(t("broadcast.open_votes"))
    span = write_span(t, estimate(sight.audience, sight.rules.rate))
    stars = estimate_stars(sight.audience, sight.rules)
    return "\n".join([*lines, t("broadcast.takes", span=span), *([t("broadcast.stars", n=stars)] if stars else [])])


def write_span(t: Texts, span: timedelta, form: Literal["long", "short"] = "long") -> str:
    """Answer about how long."""
    told = format_timedelta(max(span, timedelta(seconds=1)), threshold=1.2, format=form, locale=t.language)
    return t.in_digits(told)


def _ask(sight: Sight, step: Step) -> str:
    t, due_at = sight.t, sight.broadcast.due_at
    readers = write_readers(t, sight.audience)
    if step is Step.WITHDRAW:
        return t("broadcast.withdraw", n=_count(sight, sight.standing.progress.sent))
    if step is Step.TYPED:
        return t("broadcast.type", readers=readers, n=sight.audience)
    when = Html(write_moment(due_at, t, sight.zone)) if due_at else None
    return t("broadcast.sure.at", readers=readers, time=when) if when else t("broadcast.sure", readers=readers)


def _draw_progress(sight: Sight) -> Iterator[str]:
    """Say how far it is; of so few that the count would tell who, the counts stay untold."""
    t, progress = sight.t, sight.standing.progress
    if sight.phase is Phase.HELD:
        yield t("broadcast.held.staff" if sight.standing.held == REFUSED_TO_STAFF else "broadcast.held.gone")
        yield ""
    elif sight.phase is Phase.RUNNING and is_before_readers(sight.broadcast, sight.now):
        yield t("broadcast.staff_first")
        yield ""
    if sight.phase in ALIVE:
        bar = Html(draw_bar(progress.share))
        percent = int(progress.share * PERCENT)
        yield bar if _hides(sight) else t("broadcast.bar", bar=bar, percent=percent)
    yield from _write_counts(sight)
    if sight.phase is Phase.RUNNING and is_rate_known(sight.broadcast, sight.now) and (ends_in := progress.ends_in()):
        yield t("broadcast.rate", rate=max(1, round(progress.rate)), span=write_span(t, ends_in))
    elif sight.phase in ENDED:
        few = Html(t("broadcast.few", n=FEW))
        yield t("broadcast.of", readers=few if _hides(sight) else write_readers(t, progress.whole))


def _write_counts(sight: Sight) -> Iterator[str]:
    t, progress = sight.t, sight.standing.progress
    for name, number in (_list_counts(sight) | _list_deeds(sight)).items():
        if number or name in TOLD_ANYWAY:
            yield t(f"broadcast.{name}", n=_count(sight, number))
        if name == "failed" and number:
            yield from (
                t("broadcast.because", why=t.plain(f"broadcast.cause.{cause}"), n=_count(sight, number))
                for cause, number in sorted(progress.failed.items(), key=lambda item: [*Cause].index(item[0]))
            )


def _list_counts(sight: Sight) -> dict[str, int]:
    """Answer how many have it, and how many not yet, or not any more."""
    progress = sight.standing.progress
    counts = {"sent": progress.sent, "failed": sum(progress.failed.values()), "uncertain": progress.uncertain}
    if sight.phase in CUT_SHORT:
        return counts | {"left": progress.flying, "unsent": progress.left - progress.flying}
    return counts | {"left": progress.left, "later": progress.later}


def _list_deeds(sight: Sight) -> dict[str, int]:
    """Answer with how many messages it is done what was done last, and with how many not yet, or not at all."""
    progress, deeds = sight.standing.progress, sight.broadcast.deeds
    if not deeds:
        return {}
    taken = {"taken": progress.changed} if sight.phase is Phase.WITHDRAWN else {}
    return taken | {f"doing.{deeds[-1]}": progress.stale, f"undone.{deeds[-1]}": progress.undone}


def _hides(sight: Sight) -> bool:
    """Tell whether counts would tell who they are: the staff, who get it too, do not make few readers many."""
    return is_few(sight.broadcast.expected) or is_few(sight.standing.progress.whole)


def _count(sight: Sight, number: int) -> Html:
    """Answer a number of readers."""
    t = sight.t
    return Html(t("broadcast.fewer", n=FEW) if number and _hides(sight) else t.number(number))


def _draw_nothing(_sight: Sight) -> Iterator[str]:
    yield from ()


_DRAWN: dict[Phase, Callable[[Sight], Iterator[str]]] = {
    Phase.DRAFT: _draw_plan,
    Phase.ASKED: _draw_plan,
    Phase.SCHEDULED: _draw_plan,
    Phase.RUNNING: _draw_progress,
    Phase.PAUSED: _draw_progress,
    Phase.HELD: _draw_progress,
    Phase.STOPPED: _draw_progress,
    Phase.DONE: _draw_progress,
    Phase.WITHDRAWN: _draw_progress,
    Phase.DROPPED: _draw_nothing,
}


def deed_button(sight: Sight, key: str, deed: str, **values: str) -> InlineKeyboardButton:
    """Answer the button that does something with the broadcast as it is now."""
    label = sight.t.plain(key, **values)
    return make_button(label, Act.CAST, str(sight.broadcast.id), deed, sight.broadcast.version)


def back_row(sight: Sight, deed: str = "home") -> Row:
    """Answer the way back."""
    return [deed_button(sight, "button.back", deed)]


def _offer_draft(sight: Sight) -> Iterator[Row]:
    yield [deed_button(sight, "button.cast.who", "who"), deed_button(sight, "button.cast.when", "when")]
    yield [deed_button(sight, "button.cast.how", "how"), deed_button(sight, "button.cast.preview", "preview")]
    yield [deed_button(sight, "button.cast.test.me", "test:me"), deed_button(sight, "button.cast.test", "test:staff")]
    yield [deed_button(sight, "button.cast.edit", "edit"), deed_button(sight, "button.cast.drop", "drop")]
    yield [deed_button(sight, "button.cast.langs", "langs"), _template_button(sight)]
    yield [deed_button(sight, "button.cast.schedule" if sight.broadcast.due_at else "button.cast.send", "send")]


def _offer_asked(sight: Sight) -> Iterator[Row]:
    if may_approve(sight.broadcast, sight.viewer):
        yield [deed_button(sight, "button.cast.approve", "approve"), deed_button(sight, "button.cast.refuse", "refuse")]
    yield [deed_button(sight, "button.cast.preview", "preview"), deed_button(sight, "button.cast.recall", "recall")]


def _offer_scheduled(sight: Sight) -> Iterator[Row]:
    yield [deed_button(sight, "button.cast.preview", "preview"), deed_button(sight, "button.cast.recall", "recall")]


def _offer_running(sight: Sight) -> Iterator[Row]:
    yield [deed_button(sight, "button.cast.pause", "pause"), deed_button(sight, "button.cancel", "stop")]
    yield from _offer_undo(sight)


def _offer_paused(sight: Sight) -> Iterator[Row]:
    yield [deed_button(sight, "button.resume", "resume"), deed_button(sight, "button.cancel", "stop")]
    yield from _offer_undo(sight)


def _offer_undo(sight: Sight) -> Iterator[Row]:
    """Offer what may be done to what was sent, as long as Telegram lets it be done."""
    if waits_amended(sight):
        yield from _offer_amended(sight)
    if may_undo(sight.broadcast, sight.now):
        stays = all(map(is_poll, sight.broadcast.contents.values()))
        amend = [] if stays else [deed_button(sight, "button.cast.amend", "amend")]
        yield [*amend, deed_button(sight, "button.cast.withdraw", "withdraw")]


def waits_amended(sight: Sight) -> bool:
    """Tell whether a correction waits for a yes."""
    return bool(sight.broadcast.manner.better) and may_undo(sight.broadcast, sight.now)


def _offer_amended(sight: Sight) -> Iterator[Row]:
    """Offer the yes and the no to a correction; where a second editor is asked, the yes is his."""
    if not sight.broadcast.asked_by:
        yield [deed_button(sight, "button.cast.right", "right"), deed_button(sight, "button.drop", "leave")]
    elif may_approve(sight.broadcast, sight.viewer):
        yield [deed_button(sight, "button.cast.approve", "agree"), deed_button(sight, "button.cast.refuse", "leave")]
    else:
        yield [deed_button(sight, "button.drop", "leave")]
    if sight.phase in ALIVE:
        yield [deed_button(sight, "button.cast.preview", "preview")]


def _offer_ended(sight: Sight) -> Iterator[Row]:
    yield from _offer_undo(sight)
    yield [deed_button(sight, "button.cast.copy", "copy"), deed_button(sight, "button.cast.preview", "preview")]
    yield [_template_button(sight)]


def _template_button(sight: Sight) -> InlineKeyboardButton:
    is_one = bool(sight.broadcast.manner.name)
    return deed_button(sight, "button.cast.unname" if is_one else "button.cast.name", "unname" if is_one else "name")


def _offer_nothing(_sight: Sight) -> Iterator[Row]:
    yield []


_BUTTONS: dict[Phase, Callable[[Sight], Iterator[Row]]] = {
    Phase.DRAFT: _offer_draft,
    Phase.ASKED: _offer_asked,
    Phase.SCHEDULED: _offer_scheduled,
    Phase.RUNNING: _offer_running,
    Phase.PAUSED: _offer_paused,
    Phase.HELD: _offer_paused,
    Phase.STOPPED: _offer_ended,
    Phase.DONE: _offer_ended,
    Phase.WITHDRAWN: _offer_ended,
    Phase.DROPPED: _offer_nothing,
}


def _offer_steps(sight: Sight, step: Step) -> Iterator[Row]:
    back = deed_button(sight, "button.drop", "home")
    if step is Step.WITHDRAW:
        yield [deed_button(sight, "button.cast.withdrawn", "withdrawn"), back]
    else:
        yield [deed_button(sight, "button.cast.sure", "sure"), back] if step is Step.SURE else [back]
