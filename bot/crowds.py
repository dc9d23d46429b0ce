"""Whom a broadcast is for, by buttons: a screen for each trait, a tap turns a value from ➕ to ✅ to 🚫 and back.

The count on each screen is counted as it is drawn. A new trait is a line of `_VALUES` and a name for its values.
"""

from collections.abc import Iterable

from bot.broadcasts import Sight, back_row, deed_button
from bot.callbacks import Act
from bot.keyboards import Row, in_columns, make_button, make_keyboard
from bot.readership import describe_crowd, name_value, write_readers
from bot.view import CHOSEN, NOT_CHOSEN, Screen
from locales import LANGUAGES
from newsroom.crowds import CHATS, DAYS, RHYTHMS, Trait, Values
from newsroom.taxonomy import Kind

LEFT_OUT = "🚫"
_VALUES: dict[Trait, Values] = {
    Trait.LANGUAGE: LANGUAGES,
    Trait.RHYTHM: RHYTHMS,
    Trait.CHAT: CHATS,
    Trait.ACTIVE: DAYS,
}


def draw_crowd(sight: Sight) -> Screen:
    """Whom it is for, and the way to each trait."""
    traits = (deed_button(sight, f"button.crowd.{trait}", f"who:{trait}") for trait in Trait)
    everybody = (
        [] if sight.broadcast.crowd.is_everybody else [deed_button(sight, "button.crowd.everybody", "everybody")]
    )
    return _write(sight), make_keyboard([*in_columns(traits), everybody, back_row(sight)])


def draw_trait(sight: Sight, trait: Trait) -> Screen:
    """The values of a trait, each with how it stands."""
    buttons = _offer_values(sight, trait, _list_values(sight, trait))
    return _write(sight), make_keyboard([*buttons, *_offer_more(sight, trait), back_row(sight, "who")])


def draw_meant(sight: Sight, said: str, tags: Iterable[str]) -> Screen:
    """The topics that a name may mean, of which a tap chooses one."""
    buttons = _offer_values(sight, Trait.TOPIC, tags)
    return sight.t("follow.which", name=said), make_keyboard([*buttons, back_row(sight, "who")])


def _offer_values(sight: Sight, trait: Trait, values: Iterable[str]) -> list[Row]:
    """Offer values of a trait, each with how it stands; a tap turns it."""
    return in_columns(
        make_button(
            f"{_mark(sight, trait, value)} {name_value(sight.t, sight.taxonomy, trait, value)}",
            Act.CAST,
            str(sight.broadcast.id),
            f"turn:{trait}:{value}",
            sight.broadcast.version,
        )
        for value in values
    )


def _offer_more(sight: Sight, trait: Trait) -> Iterable[Row]:
    """Offer what topics have besides: any other by its name, and whether all are wanted at once."""
    if trait is not Trait.TOPIC:
        return
    yield [deed_button(sight, "button.crowd.find", "find")]
    if len(sight.broadcast.crowd.wanted.get(trait, ())) > 1:
        both = trait in sight.broadcast.crowd.both
        yield [
            deed_button(
                sight, "button.crowd.any" if both else "button.crowd.all", f"{'any' if both else 'all'}:{trait}"
            )
        ]


def _list_values(sight: Sight, trait: Trait) -> list[str]:
    if trait is not Trait.TOPIC:
        return list(_VALUES[trait])
    crowd = sight.broadcast.crowd
    subjects = [topic.tag for topic in sight.taxonomy.of_kind(Kind.SUBJECT)]
    chosen = (*crowd.wanted.get(trait, ()), *crowd.unwanted.get(trait, ()))
    return [*dict.fromkeys((*subjects, *chosen))]


def _mark(sight: Sight, trait: Trait, value: str) -> str:
    crowd = sight.broadcast.crowd
    if value in crowd.wanted.get(trait, ()):
        return CHOSEN
    return LEFT_OUT if value in crowd.unwanted.get(trait, ()) else NOT_CHOSEN


def _write(sight: Sight) -> str:
    readers = write_readers(sight.t, sight.audience)
    return sight.t(
        "broadcast.crowd", who=describe_crowd(sight.t, sight.taxonomy, sight.broadcast.crowd), readers=readers
    )
