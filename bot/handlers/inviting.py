"""One-time links that give a role: admins make them and take them back, and whoever opens one sees what it gives first.

    🔗 ─▶ a link ─ opened ─▶ the role and what it may do ─ ✅ ─▶ his: once, in a day, as long as its maker may give it

The link stands in the message to its maker alone; what is kept is a hash.
"""

from bot.callbacks import Press
from bot.handlers.deciding import roster_of
from bot.handlers.members import draw_all, require_gift
from bot.handlers.views import look
from bot.staff import Sight, draw_granted, draw_invitation, draw_link, name_role
from bot.talk import Talk
from db.store import invitations, staff
from db.store.invitations import Invitation
from newsroom.errors import Refusal
from newsroom.roles import Role, list_given


async def make_link(talk: Talk, sight: Sight, _what: str, role: Role) -> None:
    """Make a link by which whoever opens it first has a role."""
    require_gift(sight, role)
    now, actor = talk.visit.now, str(talk.user_id)
    token = await invitations.make(talk.connection, role, now, actor)
    await staff.note(talk.connection, staff.Act(actor, "make link", invitations.handle_of(token), role.value), now)
    link = await _find(talk, token)
    talk.say(*draw_link(sight, link, f"https://t.me/{talk.bot.username}?start=staff_{token}"))


async def drop_link(talk: Talk, sight: Sight, what: str, _role: Role) -> None:
    """Take a link back, and show what is left."""
    links = await invitations.list_open(talk.connection, talk.visit.now)
    link = next((one for one in links if one.handle == what), None)
    if link:
        require_gift(sight, link.role)
        await invitations.take_back(talk.connection, what)
        act = staff.Act(str(talk.user_id), "take back link", what, link.role.value)
        await staff.note(talk.connection, act, talk.visit.now)
    talk.nod(talk.t.plain("staff.link.dropped" if link else "staff.link.gone"))
    talk.redraw(*await draw_all(talk, sight))


async def show_invitation(talk: Talk, token: str) -> None:
    """Show whoever opened a link what he would accept."""
    link = await _find(talk, token)
    talk.say(*draw_invitation(talk.t, link, token, (await look(talk)).site))


async def press_invited(talk: Talk, press: Press) -> None:
    """Accept what a link gives, or not; who has it already leaves the link for somebody else."""
    link, t = await _find(talk, press.what), talk.t
    if press.screen == "decline":
        talk.redraw(t("staff.declined"))
    elif press.screen != "accept" or talk.visit.is_late:
        talk.redraw(*draw_invitation(t, link, press.what, (await look(talk)).site))
    elif link.role in await staff.list_roles(talk.connection, talk.user_id):
        talk.redraw(t("staff.yours", role=name_role(t, link.role)))
    else:
        await _accept(talk, link, press.what)


async def _accept(talk: Talk, link: Invitation, token: str) -> None:
    if await invitations.take(talk.connection, token, talk.visit.now) is None:
        raise Refusal("staff.link.gone")
    await talk.reader()
    act = staff.Act(str(talk.user_id), "accept role", link.handle, link.role.value)
    await roster_of(talk).grant(talk.connection, talk.user_id, link.role, act, tells=False)
    talk.redraw(*draw_granted(talk.t, [link.role]))


async def _find(talk: Talk, token: str) -> Invitation:
    """Answer the link that was opened. Raises Refusal where it gives nothing, or no longer, and in a group."""
    link = await invitations.find(talk.connection, token, talk.visit.now) if talk.is_private else None
    if link is None or not link.actor.isdecimal():
        raise Refusal("staff.link.gone")
    if link.role not in list_given(await staff.list_roles(talk.connection, int(link.actor))):
        raise Refusal("staff.link.gone")
    return link
