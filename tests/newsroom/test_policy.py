"""What can be said of a source, and what is answered to anything else."""

from typing import Any

import pytest

from newsroom.errors import Refusal
from newsroom.policy import OFFERED, POLICIES, TYPED, read_policy


def find_tag(name: str) -> str:
    if name == "ما لا يعرف":
        raise Refusal("follow.unknown", name=name)
    return f"s:{name}"


@pytest.mark.parametrize(
    ("name", "said", "columns"),
    [
        ("gate", "held", {"gate": "held"}),
        ("gate", "auto", {"gate": "auto"}),
        ("topics", "economy، health", {"topics": ["s:economy", "s:health"]}),
        ("topics", "none", {"topics": []}),
        ("quiet", "١٠", {"quiet": 600}),
        ("quiet", "0", {"quiet": 0}),
        ("language", "ar", {"language": "ar"}),
        ("language", "auto", {"language": ""}),
        ("label", " وكالة رسمية ", {"label": "وكالة رسمية"}),
        ("label", "none", {"label": ""}),
        ("text", "whole", {"full_text": True}),
        ("text", "lead", {"full_text": False}),
        ("text", "own", {"full_text": None}),
        ("withdrawals", "follow", {"withdrawals": "follow"}),
    ],
)
def test_what_is_said_becomes_columns(name: str, said: str, columns: dict[str, Any]) -> None:
    assert read_policy(name, said, find_tag) == columns


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gate", "maybe"),
        ("topics", "economy,,health"),
        ("topics", ""),
        ("quiet", "1441"),
        ("quiet", "soon"),
        ("language", "Arabic"),
        ("label", "x" * 41),
        ("label", "سطر\nوآخر"),
        ("text", "all"),
        ("withdrawals", ""),
    ],
)
def test_anything_else_is_answered_with_what_can_be_said(name: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_policy(name, said, find_tag)
    assert refused.value.key == f"sources.how.{name}"


def test_an_unknown_policy_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        read_policy("colour", "red", find_tag)
    assert refused.value.values == {"names": ", ".join(POLICIES)}


def test_an_unknown_topic_is_told_as_everywhere() -> None:
    with pytest.raises(Refusal) as refused:
        read_policy("topics", "ما لا يعرف", find_tag)
    assert refused.value.key == "follow.unknown"


def test_what_buttons_offer_can_be_said() -> None:
    assert OFFERED.keys() == POLICIES.keys()
    for name, values in OFFERED.items():
        assert all(read_policy(name, value, find_tag) for value in values)
    assert {*POLICIES} >= TYPED
