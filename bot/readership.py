"""Readers in words: how many, and which crowd of them a broadcast is for.

Fewer than ten are told as that. A new trait of crowds names its values here.
"""

from locales import OWN_NAMES, Html, Label, Texts
from newsroom.broadcasts import FEW, is_few
from newsroom.crowds import Crowd, Trait, Values
from newsroom.taxonomy import Taxonomy

LISTED = 4  # values of a trait in a line


def write_readers(t: Texts, number: int) -> Html:
    """Answer how many readers, in words; how few is told to nobody."""
    return Html(t("broadcast.few", n=FEW) if is_few(number) else t.count("broadcast.readers", number))


def describe_crowd(t: Texts, taxonomy: Taxonomy, crowd: Crowd) -> Html:
    """Answer whom a broadcast is for."""
    everybody = t("broadcast.having", number=Label(crowd.story)) if crowd.story else t("broadcast.everybody")
    if crowd.is_everybody:
        return Html(everybody)

    def list_names(trait: Trait, values: Values, join: str) -> str:
        names = [t("list.item", name=name_value(t, taxonomy, trait, value)) for value in values[:LISTED]]
        more = [t.count("list.more", len(values) - LISTED)] if len(values) > LISTED else []
        return t.plain(join).join([*names, *more])

    parts = [
        list_names(trait, values, "broadcast.and" if trait in crowd.both else "broadcast.or")
        for trait, values in crowd.wanted.items()
    ]
    parts = [everybody, *parts] if crowd.story else parts
    if left_out := [list_names(trait, values, "broadcast.nor") for trait, values in crowd.unwanted.items()]:
        parts = parts or [everybody]
        parts.append(t("broadcast.but", who=Html(t.plain("broadcast.nor").join(left_out))))
    return Html(" · ".join(parts))


def name_value(t: Texts, taxonomy: Taxonomy, trait: Trait, value: str) -> str:
    """Answer what a value of a trait is called."""
    match trait:
        case Trait.TOPIC:
            return taxonomy.name(value, t.language)
        case Trait.LANGUAGE:
            return OWN_NAMES[value]
        case Trait.ACTIVE:
            return t.count("broadcast.active", int(value))
        case _:
            return t.plain(f"broadcast.{trait}.{value}")
