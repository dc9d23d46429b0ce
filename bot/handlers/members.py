"""Members of the staff as the acts of admins need them: who looks, who is meant, and what may be given.

The role of whoever looks is looked up each time (`look`); acts are in `staffing.py` and `inviting.py`.
"""

from bot.handlers.auditing import require_admin
from bot.staff import Member, Sight, draw_staff
from bot.talk import Talk
from bot.view import Screen
from db.store import invitations, overseeing, staff
from newsroom.errors import Refusal
from newsroom.roles import Role, list_given, read_person


async def look(talk: Talk) -> Sight:
    """Answer who looks. Raises Refusal for whoever is no admin, and in a group."""
    await require_admin(talk)
    has = await staff.list_roles(talk.connection, talk.user_id)
    return Sight(talk.t, talk.newsroom.zone, talk.user_id, has)


async def list_members(talk: Talk) -> list[Member]:
    """Answer all of the staff, in the order of their numbers."""
    roles: dict[int, list[Role]] = {}
    for user_id, role in await staff.list_all(talk.connection):
        roles.setdefault(user_id, []).append(role)
    numbers = await overseeing.number_staff(talk.connection)
    reachable = await staff.list_reachable(talk.connection, list(Role))
    members = [
        Member(user_id, sorted(had, key=list(Role).index), numbers[str(user_id)], user_id in reachable)
        for user_id, had in roles.items()
    ]
    return sorted(members, key=lambda member: member.number)


async def find_member(talk: Talk, user_id: int) -> Member:
    """Answer somebody, of the staff or not."""
    known = next((one for one in await list_members(talk) if one.user_id == user_id), None)
    return known or Member(user_id, (), 0, await staff.is_reachable(talk.connection, user_id))


async def draw_all(talk: Talk, sight: Sight) -> Screen:
    """Answer the staff as it is now."""
    links = await invitations.list_open(talk.connection, talk.visit.now)
    return draw_staff(sight, await list_members(talk), links)


def require_gift(sight: Sight, role: Role) -> None:
    """Raise Refusal for a role that whoever looks may not give."""
    if role not in list_given(sight.has):
        raise Refusal("staff.above")


def read_id(what: str) -> int:
    """Answer the number of a person that a button carries. Raises Refusal where it is none."""
    number = read_person(what)
    if number is None:
        raise Refusal("button.old")
    return number
