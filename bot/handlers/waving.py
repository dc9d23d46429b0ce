"""What moderators do with waves: look at one, decide on all that they saw of it, and undo that for two minutes.

Nothing happens to a reply at the press: the verdict stands on the wave, and the job `waves` does it when its time is
over. Whoever is second is told who was first. The role is looked up at the press.
"""

from datetime import UTC, datetime

from bot.callbacks import Press
from bot.cards import name_actor
from bot.handlers.desking import require_moderator, spot_of
from bot.talk import Talk
from db.store import cards, overseeing, staff, waves
from newsroom.cards import Card, Kind
from newsroom.errors import Refusal
from newsroom.replies import Actor, Who
from newsroom.text import read_number
from newsroom.waves import Ruling, Verdict, Wave


async def press_wave(talk: Talk, press: Press) -> None:
    """Do what a button of the message of waves says, as far as its presser may."""
    actor = await require_moderator(talk)
    card = await _find_card(talk)
    name, _, upto = press.screen.partition(":")
    if name == "back":
        await cards.ask(talk.connection, card.id, "")
        return
    wave = await waves.find_living(talk.connection, read_number(press.what) or 0)
    if wave is None or (talk.visit.is_late and name != "look"):
        await cards.ask(talk.connection, card.id, "")
        talk.nod(talk.t.plain("card.old"), alert=True)
    elif name == "look":
        await cards.ask(talk.connection, card.id, str(wave.id))
    elif name == "undo":
        await _undo(talk, card, wave, actor)
    else:
        await _decide(talk, card, wave, read_ruling(name, actor.name, upto, talk.visit.now))


async def _find_card(talk: Talk) -> Card:
    """Answer the message that was pressed, though it have arrived this moment. Raises Refusal where it is none."""
    known = await cards.find_message(talk.connection, talk.chat_id, talk.pressed)
    if known is None and await cards.note_arrival(talk.connection, await spot_of(talk), talk.pressed, Kind.WAVE):
        known = await cards.find_message(talk.connection, talk.chat_id, talk.pressed)
    if known is None or known.kind is not Kind.WAVE:
        raise Refusal("card.old")
    return known


async def _decide(talk: Talk, card: Card, wave: Wave, ruling: Ruling) -> None:
    """Let something be done with all of a wave that was seen; the second who decides is told who was first."""
    now = talk.visit.now
    if await waves.decide(talk.connection, wave.id, ruling, now):
        await staff.note(talk.connection, staff.Act(ruling.by, "decide wave", str(wave.id), ruling.verdict), now)
        talk.nod(talk.t.plain("wave.noted"))
    else:
        numbers = await overseeing.number_staff(talk.connection)
        who = name_actor(talk.t, wave.decided_by or "", numbers)
        talk.nod(talk.t.plain("wave.overtaken", who=who), alert=True)
    await cards.ask(talk.connection, card.id, "")


async def _undo(talk: Talk, card: Card, wave: Wave, actor: Actor) -> None:
    """Take a verdict back: whoever gave it, or a lead."""
    by = None if actor.who is Who.LEAD else actor.name
    if wave.decided_by is not None and by not in {None, wave.decided_by}:
        raise Refusal("replies.not_decider")
    if not await waves.undo(talk.connection, wave.id, talk.visit.now, by=by):
        raise Refusal("replies.undo_over")
    await staff.note(talk.connection, staff.Act(actor.name, "undo wave", str(wave.id)), talk.visit.now)
    talk.nod(talk.t.plain("wave.undone"))
    await cards.ask(talk.connection, card.id, "")


def read_ruling(name: str, by: str, upto: str, now: datetime) -> Ruling:
    """Answer what a button says that somebody pressed. Raises Refusal for what we did not write."""
    try:
        return Ruling(Verdict(name), by, min(now, datetime.fromtimestamp(float(upto), UTC)))
    except (ValueError, OverflowError, OSError):
        raise Refusal("card.old") from None
