"""How pushes look to editors: the newest, and one of them with how far it is and what may be done with it.

What editors send by themselves has a card of its own (`broadcasts.py`), to which its button leads.
"""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.keyboards import in_columns, make_button, make_keyboard, pages_row
from bot.readership import write_readers
from bot.view import Screen
from db.store import AnyRow
from locales import Html, Label, Texts
from newsroom.broadcasts import Broadcast
from newsroom.direction import begin_with, is_rtl
from newsroom.pushes import PushState, list_deeds
from newsroom.watch import HELD_BACK

PAGE = 8
MARKS = {PushState.RUNNING: "▶️", PushState.PAUSED: "⏸", PushState.CANCELLED: "⏹", PushState.DONE: "✅"}
TOLD = ("sent", "failed", "uncertain")  # what is counted by itself; all that is not settled is left


def draw_pushes(t: Texts, found: Sequence[AnyRow], sent: Mapping[int, Broadcast], page: int, zone: str) -> Screen:
    """A page of the newest pushes, a line and a button each; `found` has one more where there is another page."""
    shown = found[:PAGE]
    lines = [_line(t, row, sent.get(row.id), zone) for row in shown] or [t("pushes.none")]
    pages = page + (2 if len(found) > PAGE else 1)
    buttons = in_columns(_open_button(t, row, sent.get(row.id)) for row in shown)
    return "\n".join([t("pushes.title"), "", *lines, "", t("pushes.how")]), make_keyboard(
        [*buttons, pages_row(t, Press(Act.PUSHES, "", "list", page), pages)]
    )


def draw_push(t: Texts, row: AnyRow, counts: Mapping[str, int]) -> Screen:
    """One push: how it stands, to how many, and what may be done with it."""
    left = sum(counts.values()) - sum(counts.get(state, 0) for state in (*TOLD, "skipped"))
    told = {"sent": "broadcast.sent", "failed": "broadcast.failed", "uncertain": "broadcast.uncertain"}
    lines = [
        t("pushes.push", number=Label(row.id)),
        t(f"desk.push.{row.state}", number=Label(row.story_id)),
        begin_with(f"/article_{row.story_id}", rtl=is_rtl(t.language)),
        *([t("pushes.reason", reason=_tell(t, row.reason))] if row.reason else []),
        *(t(key, n=write_readers(t, counts[state])) for state, key in told.items() if counts.get(state)),
        *([t("broadcast.left", n=write_readers(t, left))] if left else []),
        *([t("pushes.once")] if row.at_most_once else []),
    ]
    deeds = list_deeds(PushState(row.state), is_stopped=bool(row.reason), is_once=row.at_most_once)
    buttons = [_deed_button(t, row.id, deed) for deed in deeds]
    to_list = make_button(t.plain("button.push.list"), Act.PUSHES, screen="list")
    return "\n".join(lines), make_keyboard([*in_columns(buttons), [to_list]])


def _tell(t: Texts, reason: str) -> str:
    """Answer why a push waits for a person, as people say it."""
    return t.plain("pushes.because.gone") if reason == HELD_BACK else reason


def _line(t: Texts, row: AnyRow, broadcast: Broadcast | None, zone: str) -> str:
    when = Html(write_moment(row.created_at, t, zone))
    if broadcast:
        what = t("pushes.broadcast", number=Label(broadcast.id))
    else:
        what = t("pushes.article", number=Label(row.story_id or 0))
    mark = "⚠️" if row.reason else MARKS[PushState(row.state)]
    return t("pushes.line", mark=Html(mark), number=Label(row.id), what=Html(what), time=when)


def _open_button(t: Texts, row: AnyRow, broadcast: Broadcast | None) -> InlineKeyboardButton:
    if broadcast:
        label = t.plain("button.cast.open", number=Label(broadcast.id))
        return make_button(label, Act.CAST, str(broadcast.id), "preview", broadcast.version)
    return make_button(t.plain("button.push.open", number=Label(row.id)), Act.PUSHES, str(row.id), "open")


def _deed_button(t: Texts, push_id: int, deed: str) -> InlineKeyboardButton:
    keys = {"pause": "button.pause", "resume": "button.resume", "cancel": "button.cancel", "once": "button.push.once"}
    return make_button(t.plain(keys[deed]), Act.PUSHES, str(push_id), deed)
