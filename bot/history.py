"""The history of broadcasts: a line for each with what became of it, and a button that brings its card again."""

from collections.abc import Mapping, Sequence

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.contents import choose_content, excerpt_of
from bot.keyboards import in_columns, make_button, make_keyboard, pages_row
from bot.readership import write_readers
from bot.view import Screen
from db.store.broadcasts import Standing
from locales import Html, Label, Texts
from newsroom.broadcasts import Broadcast, Phase
from newsroom.cutting import shorten

PAGE = 8
EXCERPT = 60  # characters
BEGUN = frozenset({Phase.RUNNING, Phase.PAUSED, Phase.HELD, Phase.STOPPED, Phase.DONE})


def draw_history(
    t: Texts, found: Sequence[Broadcast], standing: Mapping[int, Standing], place: tuple[int, int], zone: str
) -> Screen:
    """Draw a page of the history; `place` is the page and how many broadcasts there are."""
    page, every = place
    if not found:
        return t("broadcasts.none"), None
    lines = [_write_line(t, one, standing[one.id], zone) for one in found]
    buttons = (
        make_button(t.plain("button.cast.open", number=Label(one.id)), Act.CAST, str(one.id), "preview", one.version)
        for one in found
    )
    pages = pages_row(t, Press(Act.CAST, "", "list", page), -(-every // PAGE))
    return "\n\n".join([t("broadcasts.title"), *lines]), make_keyboard([*in_columns(buttons), pages])


def _write_line(t: Texts, one: Broadcast, standing: Standing, zone: str) -> str:
    phase = Html(t(f"broadcast.phase.{standing.phase}"))
    moment = one.started_at or one.due_at or one.created_at
    title = t("broadcasts.line", number=Label(one.id), phase=phase, time=Html(write_moment(moment, t, zone)))
    words = excerpt_of(choose_content(one.contents, t.language))
    excerpt = t("list.item", name=shorten(words, EXCERPT)) if words else ""
    sent = standing.progress.sent if standing.phase in BEGUN else 0
    told = [t("broadcasts.reached", readers=write_readers(t, sent))] if sent else []
    return "\n".join(filter(None, [title, excerpt, *told]))
