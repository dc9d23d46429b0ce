"""docs/privacy.md says what the code does: its spans and its tables."""

from datetime import timedelta
from pathlib import Path

import pytest

from db.store import (
    audit,
    authors,
    broadcast_cards,
    broadcasts,
    cards,
    corrections,
    digests,
    discussions,
    erasures,
    errands,
    inbox,
    invitations,
    openings,
    outbox,
    people,
    posts,
    prompts,
    pushes,
    reports,
    tidings,
    topics,
    waves,
)
from newsroom.replies import State
from newsroom.stories import LATELY
from newsroom.waiting import LASTS

DAY = timedelta(days=1)
WORDS = {DAY / 24: "an hour", DAY: "a day", 365 * DAY: "a year", 3 * 365 * DAY: "three years"}
OVER = (State.REJECTED, State.EXPIRED, State.REMOVED)

PAGE = (Path(__file__).parent.parent / "docs" / "privacy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (pushes.KEPT_FOR, f"{pushes.KEPT_FOR // timedelta(days=1)} days after the push began"),
        (prompts.WAITS, f"{prompts.WAITS // timedelta(minutes=1)} minutes"),
        (inbox.KEPT_FOR, f"its number alone, for {inbox.KEPT_FOR // timedelta(hours=1)} hours"),
        (erasures.KEPT_FOR, f"brings back who was erased | {erasures.KEPT_FOR // timedelta(days=1)} days"),
        (cards.KEPT_FOR, f"{cards.KEPT_FOR // timedelta(days=1)} days after they are closed"),
        (openings.KEPT_FOR, f"keeps for {openings.KEPT_FOR // timedelta(days=1)} days how often"),
        (outbox.KEPT_FOR, f"without the text, for {outbox.KEPT_FOR // timedelta(hours=1)} hours"),
        (posts.KEPT_FOR, f"to comment there | {posts.KEPT_FOR // DAY} days"),
        (digests.KEPT_FOR, f"to correct it | {digests.KEPT_FOR // DAY} days"),
        (waves.KEPT_FOR, f"{waves.KEPT_FOR // DAY} days after the last that came of it"),
        (broadcast_cards.KEPT_FOR, f"{broadcast_cards.KEPT_FOR // DAY} days after it was made"),
        (broadcasts.UNSENT_KEPT_FOR, f"what was never sent, {broadcasts.UNSENT_KEPT_FOR // DAY} days"),
        (authors.TOLD_KEPT_FOR, f"{authors.TOLD_KEPT_FOR // DAY} days after he was told"),
        (reports.KEPT_FOR, f"reports for nothing | {reports.KEPT_FOR // DAY} days"),
        (corrections.REPLACED_KEPT_FOR, f"{corrections.REPLACED_KEPT_FOR // DAY} days after they were replaced"),
        (tidings.KEPT_FOR, f"or {WORDS[tidings.KEPT_FOR]} after he was told"),
        (discussions.QUIET_FOR, f"{WORDS[discussions.QUIET_FOR]} after the article appeared"),
        (audit.KEPT_FOR, f"who decided | {WORDS[audit.KEPT_FOR]}"),
        (audit.KEPT_FOR, f"that there was one, for {WORDS[audit.KEPT_FOR]}"),
        (topics.KEPT, f"to try it before | said, or after {WORDS[topics.KEPT]}"),
        (invitations.LINKS_GOOD_FOR, f"may give the role | {WORDS[invitations.LINKS_GOOD_FOR]}"),
        (invitations.GOOD_FOR, f"{WORDS[invitations.GOOD_FOR]}, where the start has printed it"),
        (errands.KEPT_FOR, f"it is done, or after {WORDS[errands.KEPT_FOR]}"),
        (openings.KEPT_FOR, f"where the operator wants them | {openings.KEPT_FOR // timedelta(days=1)} days"),
        (LATELY, f"to send it once | {LATELY // timedelta(hours=1)} hours"),
        (LASTS[State.DRAFT][0], f"not sent, {WORDS[LASTS[State.DRAFT][0]]}"),
        (LASTS[State.SPAM][0], f"spam and withdrawn, {LASTS[State.SPAM][0] // DAY} days"),
        (LASTS[State.WITHDRAWN][0], f"spam and withdrawn, {LASTS[State.WITHDRAWN][0] // DAY} days"),
        *((LASTS[state][0], f"rejected, expired and removed, {LASTS[state][0] // DAY} days") for state in OVER),
    ],
)
def test_the_spans_are_those_of_the_code(span: timedelta, told: str) -> None:
    assert span
    assert told in PAGE


def test_every_table_that_names_somebody_is_on_the_page() -> None:
    whose = people.Person(1, "")
    tables = {**people._places(whose, [1]), **people._mentions(whose), **people._referred(whose, [])}  # noqa: SLF001
    assert [table.name for table in tables if f"`{table.name}`" not in PAGE] == []
