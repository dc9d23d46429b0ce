"""Roles: who may do what, in one table.

owner ⊃ admin ⊃ editor and lead; lead ⊃ moderator. A person may have several. Roles are looked up at the act, never
carried in a button. A new role is a member of `Role` and a line of `INCLUDES`.
"""

from enum import StrEnum


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
