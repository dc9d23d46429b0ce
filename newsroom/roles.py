"""Roles: who may do what, in one table.

owner ⊃ admin ⊃ editor and lead; lead ⊃ moderator. A person may have several. Roles are looked up at the act, never
carried in a button. Nobody gives or takes more than he is: owners all roles, admins those below them; anybody may lay
down his own. A new role is a member of `Role`, a line of `INCLUDES` and its texts `role.…`.
"""

from collections.abc import Collection
from enum import StrEnum

from newsroom.text import read_number

LONGEST_ID = 16  # digits: Telegram's ids have at most 52 significant bits (Bot API, User)


class Role(StrEnum):
    """What a member of the staff is."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    LEAD = "lead"
    MODERATOR = "moderator"


INCLUDES: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.ADMIN: frozenset(Role) - {Role.OWNER},
    Role.EDITOR: frozenset({Role.EDITOR}),
    Role.LEAD: frozenset({Role.LEAD, Role.MODERATOR}),
    Role.MODERATOR: frozenset({Role.MODERATOR}),
}


def who_has(wanted: Role) -> list[Role]:
    """Answer the roles that include the wanted one."""
    return [role for role in Role if wanted in INCLUDES[role]]


def list_given(has: Collection[Role]) -> list[Role]:
    """Answer the roles that whoever has these may give and take."""
    if Role.OWNER in has:
        return list(Role)
    return [Role.EDITOR, Role.LEAD, Role.MODERATOR] if Role.ADMIN in has else []


def may_take(has: Collection[Role], role: Role, *, own: bool) -> bool:
    """Tell whether whoever has these roles may take this one, from others or of his own."""
    return (own and role in has) or role in list_given(has)


def read_role(said: str) -> Role | None:
    """Answer the role of a token, in any case."""
    return next((role for role in Role if role == said.casefold()), None)


def read_person(said: str) -> int | None:
    """Answer the number that Telegram gave to a person; None where it can be nobody's."""
    number = read_number(said, LONGEST_ID)
    return number if number and number < 2**52 else None
