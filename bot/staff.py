"""How the staff looks to admins: all of it, one of them, a link that is made; and what a role means to whoever gets it.

Members are told by the numbers that the audit and the moderators' cards have for them, which lead to their profiles: no
name is kept. What a role may do is its text `role.may.…`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.articles import write_moment
from bot.callbacks import Act
from bot.keyboards import Row, in_columns, make_button, make_keyboard
from bot.view import Screen
from db.store.invitations import Invitation
from locales import Html, Label, Texts
from newsroom.roles import Role, list_given, may_take

MOST_LISTED = 40  # members in one message; each has a button
PROFILE = '<a href="tg://user?id={id}">{name}</a>'


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with roles, or none as yet; `number` 0 has never been on the staff."""

    user_id: int
    roles: Sequence[Role]
    number: int
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, and how."""

    t: Texts
    zone: str
    user_id: int
    has: Collection[Role]


def draw_staff(sight: Sight, members: Sequence[Member], links: Sequence[Invitation]) -> Screen:
    """All of the staff, a line and a button each, and the links that can still be used."""
    t, shown = sight.t, members[:MOST_LISTED]
    lines = [t("staff.title"), "", *(_line(t, member) for member in shown)]
    if len(members) > len(shown):
        lines.append(t("staff.more", n=len(members) - len(shown)))
    if links:
        numbers = {str(member.user_id): member for member in members}
        lines += ["", t("staff.links"), *(_write_link(sight, link, numbers) for link in links)]
    opening = (_open_button(t, member) for member in shown)
    rows = [*in_columns(opening), *(_unlink(t, link) for link in links)]
    grant = make_button(t.plain("button.staff.grant"), Act.STAFF, screen="grant")
    return "\n".join([*lines, "", t("staff.how")]), make_keyboard([*rows, [grant]])


def draw_member(sight: Sight, member: Member) -> Screen:
    """One of the staff: what he is, what that means, and what he may be besides or no longer."""
    t, is_self = sight.t, member.user_id == sight.user_id
    roles = [t("staff.role", role=name_role(t, role), may=t.plain(f"role.may.{role}")) for role in member.roles]
    text = "\n".join([_title(t, member), "", *(roles or [t("staff.no_roles")])])
    given = [role for role in list_given(sight.has) if role not in member.roles]
    takes = [role for role in member.roles if may_take(sight.has, role, own=is_self)]
    asked = [*(("give", role) for role in given), *(("take", role) for role in takes)]
    rows = in_columns(_role_button(t, role, deed, str(member.user_id), f"sure-{deed}:{role}") for deed, role in asked)
    return text, make_keyboard([*rows, [_to_list(t)]])


def draw_sure(t: Texts, member: Member, deed: str, role: Role) -> Screen:
    """Whether a role is really to be given or taken."""
    told = {"who": name_member(t, member), "role": name_role(t, role), "may": t.plain(f"role.may.{role}")}
    text = t("staff.sure.give", **told) if deed == "give" else t("staff.sure.take", **told)
    yes = make_button(t.plain("button.staff.yes"), Act.STAFF, str(member.user_id), f"{deed}:{role}")
    no = make_button(t.plain("button.drop"), Act.STAFF, str(member.user_id), "open")
    return text, make_keyboard([[yes, no]])


def draw_roles(t: Texts, given: Sequence[Role]) -> Screen:
    """Which role is to be given."""
    lines = [t("staff.role", role=name_role(t, role), may=t.plain(f"role.may.{role}")) for role in given]
    buttons = (_role_button(t, role, "give", "", f"role:{role}") for role in given)
    return "\n".join([t("staff.which"), "", *lines]), make_keyboard([*in_columns(buttons), [_to_list(t)]])


def draw_ways(t: Texts, role: Role) -> Screen:
    """Who is to have a role: typed, chosen, or whoever opens a link."""
    choose = make_button(t.plain("button.staff.choose"), Act.STAFF, screen=f"choose:{role}")
    link = make_button(t.plain("button.staff.link"), Act.STAFF, screen=f"link:{role}")
    return t("staff.whom", role=name_role(t, role)), make_keyboard([[choose], [link], [_to_list(t)]])


def draw_link(sight: Sight, link: Invitation, url: str) -> Screen:
    """A link that is made: it stands in this message alone."""
    t = sight.t
    until = Html(write_moment(link.until, t, sight.zone))
    text = t("staff.link.made", role=name_role(t, link.role), time=until, url=Html(f"<code>{url}</code>"))
    return text, make_keyboard([_unlink(t, link), [_to_list(t)]])


def draw_invitation(t: Texts, link: Invitation, token: str, site: str) -> Screen:
    """What whoever opens a link would accept."""
    told = {"role": name_role(t, link.role), "may": t.plain(f"role.may.{link.role}")}
    ways = [make_button(t.plain(f"button.staff.{way}"), Act.INVITED, token, way) for way in ("accept", "decline")]
    return t("staff.invited", site=site, **told), make_keyboard([ways])


def draw_granted(t: Texts, roles: Sequence[Role]) -> Screen:
    """What somebody is told who was given roles."""
    lines = [t("staff.role", role=name_role(t, role), may=t.plain(f"role.may.{role}")) for role in roles]
    return "\n".join([t("staff.granted"), "", *lines, "", t("staff.granted.how")]), None


def draw_revoked(t: Texts, taken: Sequence[Role], left: Sequence[Role]) -> Screen:
    """What somebody is told whose roles were taken."""
    told = t("staff.revoked", roles=list_roles(t, taken))
    return f"{told}\n{t('staff.left', roles=list_roles(t, left)) if left else t('staff.no_more')}", None


def name_role(t: Texts, role: Role) -> str:
    """Answer what a role is called."""
    return t.plain(f"role.name.{role}")


def list_roles(t: Texts, roles: Sequence[Role]) -> Html:
    """Answer what roles are called, with the tokens by which they are typed."""
    return Html(t.plain("list.comma").join(t("staff.named", role=name_role(t, role), token=role) for role in roles))


def name_member(t: Texts, member: Member) -> Html:
    """Answer who somebody is: the number on the staff, or Telegram's, either leading to the profile."""
    name = t("audit.staff", number=Label(member.number)) if member.number else str(member.user_id)
    return Html(PROFILE.format(id=member.user_id, name=name))


def _title(t: Texts, member: Member) -> str:
    told = f"👤 <b>{name_member(t, member)}</b> · <code>{member.user_id}</code>"
    return told if member.is_reachable else f"{told}\n{t('staff.silent')}"


def _line(t: Texts, member: Member) -> str:
    mark = "" if member.is_reachable else " 💤"
    return f"{t('staff.line', who=name_member(t, member), roles=list_roles(t, member.roles))}{mark}"


def _write_link(sight: Sight, link: Invitation, members: Mapping[str, Member]) -> str:
    t, maker = sight.t, members.get(link.actor)
    until = Html(write_moment(link.until, t, sight.zone))
    who = name_member(t, maker) if maker else Html(t("audit.gone"))
    return t("staff.link", role=name_role(t, link.role), time=until, who=who)


def _role_button(t: Texts, role: Role, deed: str, whose: str, screen: str) -> InlineKeyboardButton:
    return make_button(t.plain(f"button.staff.{deed}", role=name_role(t, role)), Act.STAFF, whose, screen)


def _open_button(t: Texts, member: Member) -> InlineKeyboardButton:
    label = t.plain("button.staff.open", number=Label(member.number))
    return make_button(label, Act.STAFF, str(member.user_id), "open")


def _unlink(t: Texts, link: Invitation) -> Row:
    label = t.plain("button.staff.unlink", role=name_role(t, link.role))
    return [make_button(label, Act.STAFF, link.handle, "unlink")]


def _to_list(t: Texts) -> InlineKeyboardButton:
    return make_button(t.plain("button.staff.list"), Act.STAFF, screen="list")
