"""docs/privacy.md says what the code does: its spans and its tables."""

from datetime import timedelta
from pathlib import Path

import pytest

from db.store import cards, erasures, inbox, openings, outbox, people, prompts, pushes

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
    ],
)
def test_the_spans_are_those_of_the_code(span: timedelta, told: str) -> None:
    assert span
    assert told in PAGE


def test_every_table_that_names_somebody_is_on_the_page() -> None:
    whose = people.Person(1, "")
    tables = {**people._places(whose, [1]), **people._mentions(whose), **people._referred(whose, [])}  # noqa: SLF001
    assert [table.name for table in tables if f"`{table.name}`" not in PAGE] == []
