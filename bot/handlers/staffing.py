"""`/staff`, `/grant` and `/revoke`: admins give and take roles, in private, by a role looked up at the act.

    /staff                    all of the staff, and the links that can still be used
    /staff 3                  the third of them, with buttons
    /grant 123456 editor      gives a role at once
    /grant editor             asks who: an id that is typed, a person who is chosen, or whoever opens a link
    /revoke 123456 editor     takes it; `/revoke 123456` takes all

The same words as `qasid staff`. What a button does is a function here and a line of `DEEDS`; it asks once before a role
is given or taken. What whoever opens a link sees is in `inviting.py`.
"""

from collections.abc import Awaitable, Callable

from telegram import (
    KeyboardButton,
    KeyboardButtonRequestUsers,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.callbacks import Press
from bot.handlers import inviting
from bot.handlers.deciding import roster_of
from bot.handlers.members import (
    draw_all,
    find_member,
    list_members,
    look,
    read_id,
    require_gift,
)
from bot.staff import (
    Sight,
    draw_member,
    draw_roles,
    draw_sure,
    draw_ways,
    list_roles,
    name_member,
    name_role,
)
from bot.talk import Talk, echo
from db.store import prompts, staff
from locales import LANGUAGES, texts
from newsroom.errors import Refusal
from newsroom.roles import Role, list_given, may_take, read_person, read_role
from newsroom.text import fold

Deed = Callable[[Talk, Sight, str, Role], Awaitable[None]]
PROMPT = "staff "  # begins the prompt that waits for whoever is to have a role, before the role


async def show_staff(_update: Update, talk: Talk) -> None:
    """List the staff, or show one of them."""
    sight = await look(talk)
    if not talk.argument:
        talk.say(*await draw_all(talk, sight))
        return
    said = read_person(talk.argument)
    found = [one for one in await list_members(talk) if said in {one.number, one.user_id}]
    if not found:
        raise Refusal("staff.unknown", number=echo(talk.argument))
    talk.say(*draw_member(sight, found[0]))


async def grant(_update: Update, talk: Talk) -> None:
    """Give a role, or ask what is missing of it."""
    sight = await look(talk)
    user_id, role = _read(talk.argument)
    if user_id and role:
        talk.say(await _give(talk, sight, user_id, role))
    elif user_id:
        talk.say(*draw_member(sight, await find_member(talk, user_id)))
    elif role:
        require_gift(sight, role)
        await wait_for(talk, role)
        talk.say(*draw_ways(talk.t, role))
    else:
        await offer(talk)


async def offer(talk: Talk) -> None:
    """Ask which role is to be given."""
    talk.say(*draw_roles(talk.t, list_given((await look(talk)).has)))


async def revoke(_update: Update, talk: Talk) -> None:
    """Take a role, or all that somebody has; without a word of whose, show the staff."""
    sight = await look(talk)
    user_id, role = _read(talk.argument)
    if user_id:
        talk.say(await _take(talk, sight, user_id, role))
    elif role:
        raise Refusal("staff.usage")
    else:
        talk.say(*await draw_all(talk, sight))


def _read(said: str) -> tuple[int | None, Role | None]:
    """Answer whose number and which role are said, in either order. Raises Refusal for a word that is neither."""
    words = said.split()
    numbers = [number for word in words if (number := read_person(word)) is not None]
    name = " ".join(word for word in words if read_person(word) is None)
    role = find_role(name)
    if len(numbers) > 1 or (name and role is None):
        raise Refusal("staff.usage")
    return (numbers[0] if numbers else None), role


def find_role(said: str) -> Role | None:
    """Answer the role of a token or of a name in any of the languages."""
    named = (role for role in Role for code in LANGUAGES if fold(texts(code).plain(f"role.name.{role}")) == fold(said))
    return read_role(said) or next(named, None)


async def press_staff(talk: Talk, press: Press) -> None:
    """Do what a button says; one that comes late only shows how things are."""
    sight = await look(talk)
    name, _, said = press.screen.partition(":")
    role = read_role(said) or Role.MODERATOR
    deed = DEEDS.get(name)
    if deed is None or (name in WITH_ROLE and read_role(said) is None):
        raise Refusal("button.old")
    if talk.visit.is_late and name in CHANGING:
        deed = open_member if read_person(press.what) else show_all
    await deed(talk, sight, press.what, role)


# Looking


async def show_all(talk: Talk, sight: Sight, _what: str, _role: Role) -> None:
    """Show all of the staff."""
    talk.redraw(*await draw_all(talk, sight))


async def open_member(talk: Talk, sight: Sight, what: str, _role: Role) -> None:
    """Show one of them."""
    talk.redraw(*draw_member(sight, await find_member(talk, read_id(what))))


async def choose_role(talk: Talk, sight: Sight, _what: str, _role: Role) -> None:
    """Show which roles may be given."""
    talk.redraw(*draw_roles(talk.t, list_given(sight.has)))


async def choose_way(talk: Talk, sight: Sight, _what: str, role: Role) -> None:
    """Wait for whoever is to have a role, and show the other ways to say it."""
    require_gift(sight, role)
    await wait_for(talk, role)
    talk.redraw(*draw_ways(talk.t, role))


async def choose_person(talk: Talk, sight: Sight, _what: str, role: Role) -> None:
    """Show the button that opens Telegram's own list of people."""
    require_gift(sight, role)
    await wait_for(talk, role)
    wanted = KeyboardButtonRequestUsers(1, user_is_bot=False, max_quantity=1)
    choose = KeyboardButton(talk.t.plain("button.staff.choose"), request_users=wanted)
    rows = [[choose], [KeyboardButton(talk.t.plain("button.drop"))]]
    talk.say(talk.t("staff.choose"), ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True))


async def be_sure_to_give(talk: Talk, sight: Sight, what: str, role: Role) -> None:
    """Ask whether it is really to be given."""
    require_gift(sight, role)
    talk.redraw(*draw_sure(talk.t, await find_member(talk, read_id(what)), "give", role))


async def be_sure_to_take(talk: Talk, _sight: Sight, what: str, role: Role) -> None:
    """Ask whether it is really to be taken."""
    talk.redraw(*draw_sure(talk.t, await find_member(talk, read_id(what)), "take", role))


# Who is to have a role


async def wait_for(talk: Talk, role: Role) -> None:
    """Wait for the number of whoever is to have a role."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{role}", talk.visit.now)


async def take_person(talk: Talk, waited: str, said: str) -> bool:
    """Ask whether whoever has a number that was typed is to have the role; tells whether it was one."""
    sight = await look(talk)
    role, number = read_role(waited.removeprefix(PROMPT)), read_person(said)
    if role is None or number is None:
        talk.say(talk.t("staff.no_id"))
        return False
    require_gift(sight, role)
    talk.say(*draw_sure(talk.t, await find_member(talk, number), "give", role))
    return True


async def take_chosen(update: Update, talk: Talk) -> None:
    """Ask whether whoever was chosen from Telegram's list is to have the role that was asked for."""
    sight = await look(talk)
    shared = update.effective_message.users_shared if update.effective_message else None
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now) or ""
    role = read_role(waited.removeprefix(PROMPT)) if waited.startswith(PROMPT) else None
    if role is None or not shared or not shared.users:
        talk.say(talk.t("staff.no_choice"), ReplyKeyboardRemove())
        return
    require_gift(sight, role)
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    talk.say(talk.t("staff.chosen"), ReplyKeyboardRemove())
    talk.say(*draw_sure(talk.t, await find_member(talk, shared.users[0].user_id), "give", role))


# Acting


async def give_role(talk: Talk, sight: Sight, what: str, role: Role) -> None:
    """Give a role, and show who has it."""
    user_id = read_id(what)
    told = await _give(talk, sight, user_id, role)
    await _redraw(talk, user_id, told)


async def take_role(talk: Talk, sight: Sight, what: str, role: Role) -> None:
    """Take a role, and show who has lost it."""
    user_id = read_id(what)
    told = await _take(talk, sight, user_id, role)
    await _redraw(talk, user_id, told)


async def _redraw(talk: Talk, user_id: int, told: str) -> None:
    """Show how it stands with somebody, and what was done; whoever laid down his own role sees no staff any more."""
    if not await staff.has_role(talk.connection, talk.user_id, Role.ADMIN):
        talk.redraw(told)
        return
    text, keyboard = draw_member(await look(talk), await find_member(talk, user_id))
    talk.redraw(f"{told}\n\n{text}", keyboard)


async def _give(talk: Talk, sight: Sight, user_id: int, role: Role) -> str:
    """Give a role; answers what came of it."""
    require_gift(sight, role)
    act = staff.Act(str(talk.user_id), "grant role", str(user_id), role.value)
    done = await roster_of(talk).grant(talk.connection, user_id, role, act)
    told = {"who": name_member(talk.t, await find_member(talk, user_id)), "role": name_role(talk.t, role)}
    return talk.t("staff.given", **told) if done else talk.t("staff.had", **told)


async def _take(talk: Talk, sight: Sight, user_id: int, role: Role | None) -> str:
    """Take a role, or all; answers what came of it. Raises Refusal where it is not his to take."""
    own, member = user_id == talk.user_id, await find_member(talk, user_id)
    wanted = [role] if role else member.roles
    if not all(may_take(sight.has, one, own=own) for one in wanted):
        raise Refusal("staff.above")
    act = staff.Act(str(talk.user_id), "revoke role", str(user_id), role.value if role else "all")
    taken = await roster_of(talk).revoke(talk.connection, user_id, role, act)
    who = name_member(talk.t, member)
    return talk.t("staff.taken", who=who, roles=list_roles(talk.t, taken)) if taken else talk.t("staff.none", who=who)


DEEDS: dict[str, Deed] = {
    "list": show_all,
    "open": open_member,
    "grant": choose_role,
    "role": choose_way,
    "choose": choose_person,
    "link": inviting.make_link,
    "unlink": inviting.drop_link,
    "sure-give": be_sure_to_give,
    "sure-take": be_sure_to_take,
    "give": give_role,
    "take": take_role,
}
WITH_ROLE = {"role", "choose", "link", "sure-give", "sure-take", "give", "take"}
CHANGING = {"link", "unlink", "give", "take"}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("staff", show_staff),
    CommandHandler("grant", grant),
    CommandHandler("revoke", revoke),
    MessageHandler(filters.ChatType.PRIVATE & filters.StatusUpdate.USERS_SHARED, take_chosen),
]
