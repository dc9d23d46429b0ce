"""What moderators decided of texts, read off the lines of the audit, for the score to learn from. Pure.

    lines, the newest first ─ choose ─▶ examples ─ is_enough ─▶ train (`newsroom/scoring.py`)   all, now and then
    lines since then, the oldest first ─ follow ─▶ the model learns them, or takes them back   each, at once

A decision is on a revision, and the last word on it counts: what was undone, restored, appealed against or hidden again
is none. Who wrote something, and who decided, is not looked at. Another action that says something of a text is a line
of `LABELS`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from newsroom.replies import Action
from newsroom.scoring import Example, Model

LABELS: Mapping[Action, int | None] = {  # 1: not to be published; none: what was decided counts no more
    Action.PUBLISH: 0,
    Action.REJECT: 1,
    Action.SPAM: 1,
    Action.UNDO: None,
    Action.RESTORE: None,
    Action.APPEAL: None,
    Action.HIDE: None,
    Action.REMOVE: None,
}
NEWS = (*LABELS, Action.ERASE)  # what is a reason to learn all anew
MOST_OF_EACH = 3_000  # decisions of either kind that are learnt, the newest: a quarter of a minute for a processor
MOST_OF_A_WAVE = 20  # they say nearly the same, and would drown all else
FEWEST_OF_EACH = 10  # by fewer nothing is told apart
FIRST_NEWS, MANY_NEWS = 2 * FEWEST_OF_EACH, 300  # decisions after which all is learnt anew, before the day is over
EVERY = timedelta(days=1)


class Line(NamedTuple):
    """A deed on a reply, with the text that it was about, as far as that is still kept."""

    id: int
    reply_id: str
    revision: int
    action: Action
    text: str
    wave_id: int | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of the model that is kept."""

    version: int
    at: datetime  # when it was trained, or would have been
    upto: int  # the newest line of the audit that it knows
    decisions: int  # that it was trained with
    is_own: bool = True  # and not brought from another newsroom


def is_due(learnt: Learnt | None, news: int, now: datetime) -> bool:
    """Tell whether all decisions are to be learnt anew, after so many lines of news."""
    is_late = learnt is not None and bool(news) and now - learnt.at >= EVERY
    if learnt is not None and not learnt.is_own:
        return is_late
    return is_late or news >= (MANY_NEWS if learnt and learnt.decisions else FIRST_NEWS)


def choose(lines: Iterable[Line]) -> list[Example]:
    """Answer what is to be learnt, the oldest first, of lines of which the newest comes first."""
    decided: set[tuple[str, int]] = set()
    counts, waves = Counter[int](), Counter[int]()
    chosen: list[Example] = []
    for line in lines:
        key, label = (line.reply_id, line.revision), LABELS.get(line.action)
        is_last_word = line.action in LABELS and key not in decided
        decided.update({key} if is_last_word else ())
        if not is_last_word or label is None or not line.text or counts[label] >= MOST_OF_EACH:
            continue
        if line.wave_id is not None:
            waves[line.wave_id] += 1
        if line.wave_id is None or waves[line.wave_id] <= MOST_OF_A_WAVE:
            counts[label] += 1
            chosen.append(Example(line.text, label))
    return chosen[::-1]


def is_enough(examples: Iterable[Example], learnt: Learnt | None) -> bool:
    """Tell whether a model can be trained with these; one from elsewhere stays until half as much is known here."""
    counts = Counter(label for _, label in examples)
    is_worse = learnt is not None and not learnt.is_own and 2 * counts.total() < learnt.decisions
    return not is_worse and min(counts[0], counts[1]) >= FEWEST_OF_EACH


def follow(model: Model, lines: Iterable[Line]) -> None:
    """Let a model learn what was decided since it was trained, the oldest first, and take back what holds no more.

    Of waves nothing is learnt before all is: so many texts at once would take too long, and say the same.
    """
    for line in lines:
        if not line.text or line.wave_id is not None or line.action not in LABELS:
            continue
        label = LABELS[line.action]
        if label is None:
            model.unlearn(line.text, 0)
            model.unlearn(line.text, 1)
        else:
            model.learn(line.text, label)
