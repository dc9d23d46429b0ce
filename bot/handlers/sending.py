"""Sending a broadcast: 🚀, ✅, the number of readers where they are many, a second editor where the owner wants one.

What is scheduled goes the same way, and then waits for its hour (`jobs/broadcasts.py`). How it goes on is
`broadcasting.py`.
"""

from telegram import Message

from bot.broadcasts import draw_card
from bot.handlers.casting import change, find_broadcast, note, redraw, show, show_others, wait_for
from bot.talk import Talk
from db.store import articles, broadcasts, crowds
from newsroom.broadcasts import (
    Broadcast,
    State,
    Step,
    check_audience,
    check_cooldown,
    is_confirmed,
    may_approve,
    next_step,
)
from newsroom.errors import Refusal


async def press_send(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Ask whether it is really to be sent."""
    await _check(talk, broadcast)
    await redraw(talk, broadcast, lambda sight: draw_card(sight, Step.SURE))


async def _check(talk: Talk, broadcast: Broadcast) -> int:
    """Answer how many would get it. Raises Refusal where nobody would, or where the same leaves about then."""
    now = talk.visit.now
    audience = await crowds.count(talk.connection, broadcast.crowd, now)
    check_audience(audience)
    check_cooldown(await broadcasts.list_same(talk.connection, broadcast), max(broadcast.due_at or now, now), now)
    return audience


async def be_sure(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Send it, or ask for the number of readers where they are many."""
    audience = await _check(talk, broadcast)
    step = next_step(audience, talk.newsroom.broadcasting, sure=True)
    if step is Step.TYPED:
        await redraw(talk, broadcast, lambda sight: draw_card(sight, Step.TYPED))
        await wait_for(talk, f"sure {broadcast.id} {broadcast.version}")
    else:
        await redraw(talk, await send(talk, broadcast, step))


async def confirm(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    """Send it when the number of readers is typed; tells whether it was."""
    audience = await _check(talk, broadcast)
    if not is_confirmed(message.text or "", audience):
        talk.say(talk.t("broadcast.other_number", n=audience))
        return False
    step = next_step(audience, talk.newsroom.broadcasting, typed=True)
    await show(talk, await send(talk, broadcast, step))
    return True


async def send(talk: Talk, broadcast: Broadcast, step: Step = Step.GO) -> Broadcast:
    """Let it leave now or at its hour, or ask for a second editor's yes. Raises Refusal where it is not as it was."""
    if step is Step.SECOND:
        asked = await change(talk, broadcast, state=State.ASKED, asked_by=str(talk.user_id))
        await note(talk, "ask broadcast", asked)
        await show_others(talk, asked)
        return asked
    await articles.lock_desk(talk.connection)  # two of the same are not sent side by side
    audience = await _check(talk, broadcast)
    if broadcast.due_at:
        scheduled = await change(talk, broadcast, state=State.SCHEDULED)
        await note(talk, "schedule broadcast", scheduled)
        return scheduled
    if not await broadcasts.start(talk.connection, broadcast, audience, talk.visit.now):
        raise Refusal("broadcast.changed")
    await note(talk, "send broadcast", broadcast)
    return await find_broadcast(talk, broadcast.id)


async def approve(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Be the second editor who says yes."""
    if not may_approve(broadcast, str(talk.user_id)):
        raise Refusal("broadcast.second")
    await redraw(talk, await send(talk, broadcast))


async def refuse(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Say no: it is a draft again."""
    await note(talk, "refuse broadcast", broadcast)
    await redraw(talk, await change(talk, broadcast, state=State.DRAFT, asked_by=""))


async def recall(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Let what waits be a draft again."""
    await note(talk, "recall broadcast", broadcast)
    await redraw(talk, await change(talk, broadcast, state=State.DRAFT, asked_by=""))
