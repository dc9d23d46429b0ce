"""Roles: what includes what, who gives and takes what, and how they and people are said."""

import pytest

from newsroom.roles import INCLUDES, Role, list_given, may_take, read_person, read_role, who_has

OWNER, ADMIN, EDITOR, LEAD, MODERATOR = Role


@pytest.mark.parametrize(
    ("has", "given"),
    [
        ([OWNER], list(Role)),
        ([OWNER, MODERATOR], list(Role)),
        ([ADMIN], [EDITOR, LEAD, MODERATOR]),
        ([EDITOR, LEAD], []),
        ([], []),
    ],
)
def test_nobody_gives_more_than_he_is(has: list[Role], given: list[Role]) -> None:
    assert list_given(has) == given
    included = {role for one in has for role in INCLUDES[one]}
    assert {*given} <= included


@pytest.mark.parametrize("role", Role)
def test_one_s_own_role_may_be_laid_down(role: Role) -> None:
    assert may_take([role], role, own=True)
    assert not may_take([EDITOR], role, own=False)


def test_an_admin_takes_no_role_of_another_admin_or_owner() -> None:
    assert [role for role in Role if may_take([ADMIN], role, own=False)] == [EDITOR, LEAD, MODERATOR]
    assert not may_take([ADMIN], OWNER, own=True)


def test_who_has_a_role_has_what_it_includes() -> None:
    assert who_has(MODERATOR) == [OWNER, ADMIN, LEAD, MODERATOR]
    assert who_has(EDITOR) == [OWNER, ADMIN, EDITOR]


@pytest.mark.parametrize(("said", "role"), [("editor", EDITOR), ("Lead", LEAD), ("boss", None), ("", None)])
def test_roles_are_said_by_their_tokens(said: str, role: Role | None) -> None:
    assert read_role(said) is role


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("7700123456", 7_700_123_456),
        ("٧٧٠٠١٢٣٤٥٦", 7_700_123_456),
        ("4503599627370495", 2**52 - 1),
        ("4503599627370496", None),
        ("0", None),
        ("-5", None),
        ("amal", None),
    ],
)
def test_people_are_said_by_their_numbers(said: str, number: int | None) -> None:
    assert read_person(said) == number
