"""The guided tour: what is to be done, one after the other, and where to press. Another step is a line of STEPS.

Each step is over when what it is about has happened, whoever did it and however: the bot's own rows are counted, by
`db/store/milestones.py`, and no time is measured. Its words are `demo.tour.⟨name⟩`, `….how` and, where something is to
be written, `….text`. The first place of a step that is on the page is the one that is shown.
"""

from collections.abc import Mapping

from sandbox.page import Point, Step

READER, EDITOR, DESK = range(3)  # the phones, as the page begins
AFRESH = "➕"
SETTLED = "✅"
REPLY, SEND = "💬", "📨"
LAUNCH, LEAVE, PAUSE = "🚀", "✖️", "⏸"

# A step, what is counted for it, and where to press.
STEPS: dict[str, tuple[str, tuple[Point, ...]]] = {
    "follow": ("followed", (Point(READER, gate=True), Point(READER, key=AFRESH))),
    "article": ("articles", (Point(control="publish"),)),
    "answer": (
        "submitted",
        (Point(READER, key=SEND, is_newest=True), Point(READER, write=True, after=LEAVE), Point(READER, key=REPLY)),
    ),
    "moderate": ("decided", (Point(DESK, key=SETTLED),)),
    "share": ("published", (Point(control="hour"),)),
    "broadcast": (
        "broadcasts",
        (
            Point(EDITOR, key=SETTLED, is_newest=True, after=LEAVE),
            Point(EDITOR, key=LAUNCH, is_newest=True),
            Point(EDITOR, control="hour", after=PAUSE),
            Point(EDITOR, write=True, command="/broadcast"),
        ),
    ),
}
WRITTEN = [name for name, (_, points) in STEPS.items() if any(point.write for point in points)]
LASTING = {"follow"}  # what is done once and for all: whoever begins again need not do it again


def make_tour(counted: Mapping[str, int]) -> list[Step]:
    """Answer the steps, each with how often it has been done."""
    return [
        Step(name, counted.get(what, 0), points, is_lasting=name in LASTING) for name, (what, points) in STEPS.items()
    ]
