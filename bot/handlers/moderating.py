"""What moderators do with a card: every press, and what becomes of the card. The role is looked up at the press.

    ✅ at once · ✏️ ↩️ ❌ hold the reply and ask · 🚫 🗑 ask once · ⏭ the next, in private · what is read: 🗂 📄
    who is too late learns who was first, what he did and when; the card shows how things are

A button says which reply in which version was on it, and nothing else is believed of it. A new deed
is a line of `DEEDS` and a button of `bot/ways.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.callbacks import Press
from bot.handlers import wordings
from bot.handlers.desking import act, list_queue, read_code, refresh, refresh_as_it_asks, require_moderator, spot_of
from bot.talk import Talk
from db.store import bans, cards, duties, overseeing, prompts, replies, staff
from db.store.bans import Ban
from db.store.replies import Overtaken
from newsroom.cards import BAN_DAYS, Ask, Sight
from newsroom.errors import Refusal
from newsroom.replies import QUEUE, Action, Actor, Code, Deed, Reply

LOOKS = frozenset({"show", "open", "pen", "next", "back"})  # what changes no reply, and may be pressed late

# What turns a card into something else: not while it asks another in the group, who holds the reply.
TURNS = frozenset({"back", "bulk", "pen", "remove", "show", "spam", *BAN_DAYS})


async def press_card(talk: Talk, press: Press) -> None:
    """Do what a button of a card says, as far as its presser may; the card shows how things are afterwards."""
    actor = await require_moderator(talk)
    name, _, rest = press.screen.partition(":")
    reply = await replies.get(talk.connection, press.what)
    try:
        _check(talk, name, reply, actor)
        await DEEDS[name](talk, press, actor, rest)
    except Refusal as refusal:
        talk.nod(talk.t.plain(refusal.key, **refusal.values), alert=True)
        await refresh_as_it_asks(talk, await replies.get(talk.connection, reply.id))


def _check(talk: Talk, name: str, reply: Reply, actor: Actor) -> None:
    """Raise Refusal for a press that is not ours, comes too late, or would turn a card on which another is at work."""
    if name not in DEEDS or (talk.visit.is_late and name not in LOOKS):
        raise Refusal("card.old")
    is_others = reply.is_held(talk.visit.now) and reply.claimed_by != actor.name
    if is_others and name in TURNS and not talk.is_private:
        raise Refusal("replies.held")


def _at_once(action: Action, said: str) -> Callable[[Talk, Press, Actor, str], Awaitable[None]]:
    """Answer what does an action that needs nothing more, and says so."""

    async def deed(talk: Talk, press: Press, actor: Actor, _rest: str) -> None:
        if reply := await act(talk, press, actor, Deed(action)):
            if action is Action.UNDO:
                await overseeing.void_votes(talk.connection, reply)
            is_vote = action is Action.APPROVE and reply.state in QUEUE
            talk.nod(talk.t.plain("card.voted" if is_vote else said))
            await refresh(talk, press.what)
        else:
            await refresh_as_it_asks(talk, await replies.get(talk.connection, press.what))

    return deed


def _asking(ask: Ask) -> Callable[[Talk, Press, Actor, str], Awaitable[None]]:
    """Answer what holds a reply for its presser, and asks for a reason; with a number, what takes the reason."""
    action = {"return": Action.RETURN, "reject": Action.REJECT}[ask.rstrip("+")]

    async def deed(talk: Talk, press: Press, actor: Actor, rest: str) -> None:
        code = read_code(rest) if rest else None
        if code is None:
            held = await hold(talk, press, actor)
            await refresh(talk, press.what, ask if held else "")
        elif ask.endswith("+"):
            await wordings.ask_for_note(talk, press, action, rest)
        else:
            await act(talk, press, actor, Deed(action, code=code))
            await refresh(talk, press.what)

    return deed


async def hold(talk: Talk, press: Press, actor: Actor) -> bool:
    """Hold a reply for its presser; what failed to be published is nobody's to hold. False where others were first."""
    reply = await replies.get(talk.connection, press.what)
    if reply.version == press.page and reply.state not in QUEUE:
        return True
    return await act(talk, press, actor, Deed(Action.CLAIM)) is not None


async def edit(talk: Talk, press: Press, actor: Actor, _rest: str) -> None:
    """Hold a reply, and wait for another wording."""
    held = await hold(talk, press, actor)
    if held:
        await wordings.ask_for_text(talk, press)
    await refresh(talk, press.what, Ask.EDIT if held else "")


def _banning(ask: str, days: int) -> Callable[[Talk, Press, Actor, str], Awaitable[None]]:
    """Answer what asks why an author may not write for so long, or bans him: all that is undecided of his is set apart.

    He is told, with the reason, and may appeal. Of two who ban him at once the first does.
    """

    async def deed(talk: Talk, press: Press, actor: Actor, rest: str) -> None:
        if not rest:
            await refresh(talk, press.what, ask)
            return
        reply, now, code = await replies.get(talk.connection, press.what), talk.visit.now, read_code(rest)
        if reply.author_key is None:
            raise Refusal("replies.unknown")
        if reply.author_key == actor.key:
            raise Refusal("replies.own")
        if await bans.find(talk.connection, reply.author_key, now):
            raise Refusal("bans.already")
        told = Ban(reply.author_key, now + timedelta(days=days), code, actor.name, now)
        moved = await duties.ban(talk.connection, told, actor)
        await staff.note(talk.connection, staff.Act(actor.name, "ban author", reply.id, f"{code} · {days}"), now)
        talk.nod(talk.t.plain("card.banned", days=days, moved=len(moved)))
        await refresh(talk, press.what)

    return deed


async def ask_spam(talk: Talk, press: Press, _actor: Actor, _rest: str) -> None:
    """Ask once whether it is spam."""
    await refresh(talk, press.what, Ask.SPAM)


async def remove(talk: Talk, press: Press, actor: Actor, rest: str) -> None:
    """Ask why a public reply is to be taken back, or take it back."""
    if rest:
        await act(talk, press, actor, Deed(Action.REMOVE, code=read_code(rest)))
    await refresh(talk, press.what, "" if rest else Ask.REMOVE)


async def steal(talk: Talk, press: Press, actor: Actor, _rest: str) -> None:
    """Hold what another holds."""
    if not talk.newsroom.rules.steal:
        raise Refusal("replies.not_allowed")
    await act(talk, press, actor, Deed(Action.STEAL))
    await refresh(talk, press.what)


async def go_back(talk: Talk, press: Press, actor: Actor, _rest: str) -> None:
    """Ask nothing more, and hold the reply no longer."""
    reply = await replies.get(talk.connection, press.what)
    if reply.is_held(talk.visit.now) and reply.claimed_by == actor.name:
        await replies.act(talk.connection, reply.id, Deed(Action.RELEASE), actor, talk.visit.now)
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    await cards.end_prompts(talk.connection, await spot_of(talk), reply.id, answered=False)
    await refresh(talk, press.what, "" if reply.state in QUEUE else Ask.VIEW)


async def show(talk: Talk, press: Press, _actor: Actor, _rest: str) -> None:
    """Show a reply with its text, whatever became of it."""
    await refresh(talk, press.what, Ask.VIEW)


async def open_anew(talk: Talk, press: Press, _actor: Actor, _rest: str) -> None:
    """Show a reply in a message of its own."""
    await cards.want(talk.connection, await spot_of(talk), press.what, talk.visit.now, Ask.VIEW)


async def show_pen(talk: Talk, press: Press, _actor: Actor, _rest: str) -> None:
    """Show what the same author wrote."""
    await refresh(talk, press.what, Ask.PEN)


async def go_on(talk: Talk, press: Press, actor: Actor, _rest: str) -> None:
    """Show the next of the queue in this message, after the last one the first; one's own is for others."""
    if not talk.is_private:
        raise Refusal("queue.elsewhere")
    queue = await list_queue(talk, actor)
    ids = [reply.id for reply in queue]
    if not ids or ids == [press.what]:
        talk.nod(talk.t.plain("queue.last"), alert=True)
        return
    place = ids.index(press.what) + 1 if press.what in ids else 0
    await refresh(talk, ids[place % len(ids)])


async def act_on_many(talk: Talk, press: Press, actor: Actor, rest: str) -> None:
    """Show all that is undecided of an author, or decide on all of it as it was shown; what cannot be is reported."""
    if not talk.newsroom.rules.bulk:
        raise Refusal("replies.not_allowed")
    name, _, word = rest.partition(":")
    reply = await replies.get(talk.connection, press.what)
    these = await overseeing.list_undecided(talk.connection, reply.author_key or "")
    sight = Sight(tuple((one.id, one.version) for one in these))
    if name not in BULK or sight.word != word:
        if name:
            talk.nod(talk.t.plain("card.bulk.changed"), alert=True)
        await refresh(talk, press.what, Ask.BULK)
        return
    done = 0
    for reply_id, version in sight.seen:
        done += await _try(talk, Press(press.act, reply_id, page=version), actor, BULK[name])
    talk.nod(talk.t.plain("card.bulk.done", done=done, left=len(sight.seen) - done), alert=True)
    await refresh(talk, press.what)


async def _try(talk: Talk, press: Press, actor: Actor, deed: Deed) -> bool:
    """Do a deed as one of many; tells whether it was done."""
    try:
        came = await replies.act(talk.connection, press.what, deed, actor, talk.visit.now, seen=press.page)
    except Refusal:
        return False
    return not isinstance(came, Overtaken)


BULK: Mapping[str, Deed] = {"spam": Deed(Action.SPAM), "repeated": Deed(Action.REJECT, code=Code.REPEATED)}

DEEDS: Mapping[str, Callable[[Talk, Press, Actor, str], Awaitable[None]]] = {
    "approve": _at_once(Action.APPROVE, "card.approved"),
    "undo": _at_once(Action.UNDO, "card.undone"),
    "retry": _at_once(Action.RETRY, "card.approved"),
    "restore": _at_once(Action.RESTORE, "card.restored"),
    "reopen": _at_once(Action.REOPEN, "card.restored"),
    "spam!": _at_once(Action.SPAM, "card.spam"),
    "edit": edit,
    "return": _asking(Ask.RETURN),
    "return+": _asking(Ask.RETURN_NOTED),
    "reject": _asking(Ask.REJECT),
    "reject+": _asking(Ask.REJECT_NOTED),
    **{ask: _banning(ask, days) for ask, days in BAN_DAYS.items()},
    "spam": ask_spam,
    "remove": remove,
    "steal": steal,
    "back": go_back,
    "show": show,
    "open": open_anew,
    "pen": show_pen,
    "next": go_on,
    "bulk": act_on_many,
}
