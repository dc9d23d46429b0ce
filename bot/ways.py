"""The buttons of a moderator's card: what may be done with a reply in its state, and what answers its questions.

A new button is its name in `BUTTONS`, its place in a row, its text `button.card.…`, and a line of `DEEDS`
(`bot/handlers/moderating.py`).
"""

from collections.abc import Callable, Mapping

from telegram import InlineKeyboardButton

from bot.callbacks import Act
from bot.facts import Facts, Light
from bot.keyboards import Row, in_columns, make_button
from locales import Texts
from newsroom.cards import BAN_DAYS, Ask, Sight
from newsroom.replies import QUEUE, Code, State

CODES = tuple(Code)


def make_deed(t: Texts, facts: Facts, name: str, label: str = "", data: str = "") -> InlineKeyboardButton:
    """Answer a button about a reply as it is shown; its label where it has no text of its own."""
    text = label or t.plain(f"button.card.{name}")
    return make_button(text, Act.CARD, facts.reply.id, data or name, facts.reply.version)


def first_rows(facts: Facts, light: Light) -> list[Row]:
    """What may be done with a reply in its state."""
    t, reply, rules = light.t, facts.reply, light.rules

    def row(*names: str) -> Row:
        return [make_deed(t, facts, name) for name in names]

    onward = [*row("pen"), *(row("next") if light.is_private else [])]
    if reply.state in QUEUE:
        first = [row("approve", "edit"), row("return", "reject")]
        held = row("steal") if rules.steal and reply.is_held(light.now) else []
        many = row("bulk") if rules.bulk and facts.waiting > 1 else []
        return [*first, held, onward, many, row("ban", "spam")]
    return [row(*STATE_DEEDS.get(reply.state, ())), onward]


STATE_DEEDS: Mapping[State, tuple[str, ...]] = {
    State.APPROVED: ("undo",),
    State.FAILED: ("retry", "reject"),
    State.QUARANTINED: ("restore", "spam"),
    State.SPAM: ("restore",),
    State.EXPIRED: ("reopen",),
    State.PUBLISHED: ("remove",),
}


def _reasons(deed: str, *, noted: bool = False) -> Callable[[Facts, Light], list[Row]]:
    """Answer the rows that ask for a reason, and offer to say more."""

    def rows(facts: Facts, light: Light) -> list[Row]:
        t = light.t
        codes = in_columns(
            make_deed(t, facts, deed, f"▫️ {t.plain(f'reason.{code}')}", f"{light.asks}:{number}")
            for number, code in enumerate(CODES)
        )
        note = [make_deed(t, facts, "note", data=f"{deed}+")] if noted and not light.asks.endswith("+") else []
        return [*codes, [*note, make_deed(t, facts, "back")]]

    return rows


def _ban(facts: Facts, light: Light) -> list[Row]:
    """The rows that ask why somebody may not write, and offer other spans."""
    *codes, back = _reasons(light.asks)(facts, light)
    spans = in_columns(
        make_deed(light.t, facts, ask, f"{'☑️' if ask == light.asks else '▫️'} {light.t.count('card.days', days)}")
        for ask, days in BAN_DAYS.items()
    )
    return [*codes, *spans, back]


def question_of(asks: str) -> str:
    """Answer the name of the question that a card asks: with a note or without, for whatever span."""
    return asks.rstrip("+0123456789")


def _only_back(facts: Facts, light: Light) -> list[Row]:
    return [[make_deed(light.t, facts, "back")]]


def _sure(facts: Facts, light: Light) -> list[Row]:
    return [[make_deed(light.t, facts, "sure", data="spam!"), make_deed(light.t, facts, "back")]]


def _bulk(facts: Facts, light: Light) -> list[Row]:
    """What may be done with all that is undecided of the author, as it is seen now."""
    word = Sight(tuple((reply.id, reply.version) for reply in facts.undecided)).word
    many = [make_deed(light.t, facts, f"bulk.{name}", data=f"bulk:{name}:{word}") for name in ("spam", "repeated")]
    return [many, [make_deed(light.t, facts, "back")]]


ROWS: Mapping[str, Callable[[Facts, Light], list[Row]]] = {
    Ask.EDIT: _only_back,
    Ask.RETURN: _reasons("return", noted=True),
    Ask.RETURN_NOTED: _reasons("return", noted=True),
    Ask.REJECT: _reasons("reject", noted=True),
    Ask.REJECT_NOTED: _reasons("reject", noted=True),
    **dict.fromkeys(BAN_DAYS, _ban),
    Ask.REMOVE: _reasons("remove"),
    Ask.SPAM: _sure,
    Ask.BULK: _bulk,
    Ask.PEN: _only_back,
}
ASKING = frozenset(ROWS) - {Ask.PEN}
BUTTONS = (
    "approve", "edit", "return", "reject", "ban", "spam", "next", "undo", "retry", "restore", "reopen", "remove",
    "steal", "bulk", "bulk.spam", "bulk.repeated", "back", "show", "pen", "note", "sure",
)  # fmt: skip
