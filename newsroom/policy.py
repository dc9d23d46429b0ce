"""What editors say of a source: whether what it brings waits for them, what it is about, how readers see it.

    gate auto | held            at once, or when an editor has said yes
    topics economy, health      what all of it is about, besides what its words say; `none` for nothing
    quiet 10                    minutes in which what is new gathers and goes out together; 0 for at once
    language ar | auto          of its texts; `auto` looks at each
    label وكالة رسمية | none    stands beside its name
    text whole | lead | own     whether readers get it whole; `own`: where it is the site's
    withdrawals ask | follow    whether editors are asked first when it takes an article back

The same words at the terminal and in Telegram. A new one is a column of `sources`, a line here, one of POLICIES, and
one of OFFERED.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from newsroom.errors import Refusal
from newsroom.text import read_number

FindTag = Callable[[str], str]  # answers the tag of a topic's name; raises Refusal
NONE = "none"
LONGEST_QUIET = 24 * 60  # minutes
LONGEST_LABEL = 40  # characters
APART = re.compile(r"[,،、]")
TEXTS: Mapping[str, bool | None] = {"whole": True, "lead": False, "own": None}


def read_policy(name: str, said: str, find_tag: FindTag) -> dict[str, Any]:
    """Answer the columns of `sources` that say so. Raises Refusal, which says what can be said."""
    if name not in POLICIES:
        raise Refusal("sources.policies", names=", ".join(POLICIES))
    found = POLICIES[name](said.strip(), find_tag)
    if found is None:
        raise Refusal(f"sources.how.{name}")
    return found


def _among(column: str, *values: str) -> Callable[[str, FindTag], dict[str, Any] | None]:
    return lambda said, _find: {column: said} if said in values else None


def _read_topics(said: str, find_tag: FindTag) -> dict[str, Any] | None:
    names = [] if said == NONE else [name.strip() for name in APART.split(said)]
    return {"topics": [find_tag(name) for name in names]} if all(names) else None


def _read_quiet(said: str, _find: FindTag) -> dict[str, Any] | None:
    minutes = read_number(said)
    return {"quiet": minutes * 60} if minutes is not None and minutes <= LONGEST_QUIET else None


def _read_language(said: str, _find: FindTag) -> dict[str, Any] | None:
    return {"language": "" if said == "auto" else said} if re.fullmatch("auto|[a-z]{2}", said) else None


def _read_label(said: str, _find: FindTag) -> dict[str, Any] | None:
    return {"label": "" if said == NONE else said} if 0 < len(said) <= LONGEST_LABEL and "\n" not in said else None


def _read_text(said: str, _find: FindTag) -> dict[str, Any] | None:
    return {"full_text": TEXTS[said]} if said in TEXTS else None


POLICIES: Mapping[str, Callable[[str, FindTag], dict[str, Any] | None]] = {
    "gate": _among("gate", "auto", "held"),
    "topics": _read_topics,
    "quiet": _read_quiet,
    "language": _read_language,
    "label": _read_label,
    "text": _read_text,
    "withdrawals": _among("withdrawals", "ask", "follow"),
}
# What buttons offer to be said; of those in TYPED anything else can be typed.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "gate": ("auto", "held"),
    "topics": (NONE,),
    "quiet": ("0", "5", "10", "30"),
    "language": ("auto", "ar", "en", "zh", "fr"),
    "label": (NONE,),
    "text": tuple(TEXTS),
    "withdrawals": ("ask", "follow"),
}
TYPED = frozenset({"topics", "quiet", "language", "label"})
