"""The moderators' desk: who may sit there, what is done from it to a reply, and the card that shows it afterwards.

Presses (`moderating.py`), what is typed (`wordings.py`) and commands (`queueing.py`) have this in common. In private a
card is drawn at once; in the moderators' group the job `cards` does it, in the group's pace.
"""

from datetime import timedelta

from babel.dates import format_timedelta

from bot.callbacks import Press
from bot.cards import name_actor
from bot.docket import Docket, write
from bot.talk import Talk
from bot.ways import CODES
from db.store import cards, choices, overseeing, pending, replies, staff
from db.store.cards import Spot
from db.store.replies import Overtaken
from newsroom.cards import Ask, Card, Kind, is_open, stamp
from newsroom.errors import Refusal
from newsroom.replies import Actor, Code, Deed, Reply, Who
from newsroom.roles import Role

JUST_NOW = timedelta(minutes=1)


async def require_moderator(talk: Talk) -> Actor:
    """Answer in which part the one who talks acts. Raises Refusal for all others, and anywhere but at the desk.

    Somebody in the moderators' group who has no role: the owners are asked about him.
    """
    desk = await choices.find_desk(talk.connection, talk.newsroom.rules)
    is_desk = desk is not None and talk.chat_id == desk.chat_id
    if not await staff.has_role(talk.connection, talk.user_id, Role.MODERATOR):
        if is_desk and talk.press:
            await docket_of(talk).ask_role(talk.connection, talk.user_id)
        raise Refusal("staff.only")
    if not (talk.is_private or is_desk):
        raise Refusal("queue.elsewhere")
    is_lead = await staff.has_role(talk.connection, talk.user_id, Role.LEAD)
    key = talk.newsroom.vault.author_key(talk.user_id)
    return Actor(Who.LEAD if is_lead else Who.MODERATOR, str(talk.user_id), key)


async def require_lead(talk: Talk) -> Actor:
    """Answer the lead who talks. Raises Refusal for all others, and anywhere but at the desk."""
    actor = await require_moderator(talk)
    if actor.who is not Who.LEAD:
        raise Refusal("staff.lead")
    return actor


async def spot_of(talk: Talk) -> Spot:
    """Answer the place of moderators that the one who talks sits in."""
    desk = None if talk.is_private else await choices.find_desk(talk.connection, talk.newsroom.rules)
    return desk or Spot(talk.chat_id)


def docket_of(talk: Talk) -> Docket:
    """Answer what draws cards."""
    newsroom = talk.newsroom
    return Docket(lambda: talk.visit.now, newsroom.language, newsroom.zone, newsroom.rules)


async def act(talk: Talk, press: Press, actor: Actor, deed: Deed) -> Reply | None:
    """Do a deed on the reply that was seen; None where somebody was first, of which its presser is told."""
    quorum = talk.newsroom.rules.quorum
    came = await replies.act(talk.connection, press.what, deed, actor, talk.visit.now, seen=press.page, quorum=quorum)
    if isinstance(came, Overtaken):
        talk.nod(await write_overtaken(talk, came), alert=True)
        return None
    return came.reply


async def write_overtaken(talk: Talk, came: Overtaken) -> str:
    """Say in plain words who was first, what he did and how long ago."""
    t, since = talk.t, talk.visit.now - came.at
    numbers = await overseeing.number_staff(talk.connection)
    who = t.plain("who.you") if came.by == str(talk.user_id) else name_actor(t, came.by, numbers)
    ago = t.plain("ago.now") if since < JUST_NOW else format_timedelta(-since, add_direction=True, locale=t.language)
    what = t.plain(f"done.{came.action}")
    return t.plain("card.overtaken", what=what, who=who, ago=t.in_digits(ago))


async def refresh(talk: Talk, reply_id: str, asks: str = "") -> None:
    """Let what was pressed be the card of a reply as it is now: at once in private, in its turn in the group."""
    if card := await find_card(talk):
        await _renew(talk, card, reply_id, asks)


async def refresh_as_it_asks(talk: Talk, reply: Reply) -> None:
    """Renew a card after a press that did nothing; what it asks whoever holds the reply it goes on asking."""
    if card := await find_card(talk):
        await _renew(talk, card, reply.id, card.asks if reply.is_held(talk.visit.now) else "")


async def _renew(talk: Talk, card: Card, reply_id: str, asks: str) -> None:
    if card.kind is not Kind.CARD:
        await cards.want(talk.connection, await spot_of(talk), reply_id, talk.visit.now, Ask.VIEW)
        return
    is_first = await cards.turn(talk.connection, card.id, reply_id, talk.visit.now, asks)
    if talk.is_private and is_first:
        await redraw(talk, card.id, reply_id, asks)


async def find_card(talk: Talk) -> Card | None:
    """Answer the card that was pressed; a message that nobody remembers is one from now on."""
    known = await cards.find_message(talk.connection, talk.chat_id, talk.pressed)
    if known or not talk.pressed or talk.press is None:
        return known
    reply_id = talk.press.what
    if not await cards.note_arrival(talk.connection, await spot_of(talk), talk.pressed, Kind.CARD, reply_id):
        told = {"reply_id": reply_id, "message_id": talk.pressed, "state": "closing"}
        await cards.add(talk.connection, await spot_of(talk), Kind.CARD, talk.visit.now, **told)
    return await cards.find_message(talk.connection, talk.chat_id, talk.pressed)


async def redraw(talk: Talk, card_id: int, reply_id: str, asks: str) -> None:
    """Draw a card in private, and note what it shows."""
    reply = await replies.get(talk.connection, reply_id)
    card = Card(card_id, Kind.CARD, reply_id, talk.pressed, asks, "", False, False, talk.visit.now)  # noqa: FBT003
    payload = write(await docket_of(talk).draw(talk.connection, talk.t, talk.chat_id, card))
    talk.redraw(payload.pop("text"), **payload)
    open_ = is_open(card, reply, talk.visit.now)
    await cards.note_shown(talk.connection, card_id, stamp(reply, asks, talk.visit.now), is_open=open_)


def read_code(said: str) -> Code:
    """Answer the reason with a number. Raises Refusal where there is none."""
    if said.isdecimal() and len(said) == 1 and int(said) < len(CODES):
        return CODES[int(said)]
    raise Refusal("card.old")


async def list_queue(talk: Talk, actor: Actor, most: int = 200) -> list[Reply]:
    """Answer what waits for this moderator."""
    waiting = await pending.list_queue(talk.connection, talk.visit.now, most, unclaimed_but_by=actor.name)
    return [reply for reply in waiting if reply.author_key != actor.key]
