"""An article as an example of what comes: a delivery like any other, so it is never sent again."""

from datetime import timedelta

from bot.talk import Talk
from db.store import deliveries, pushes
from newsroom.pushes import Lane

# It goes before the other rows of its push, which fall due when the push begins.
BEFORE_OTHERS = timedelta(days=1)
JUST_NOW = timedelta(minutes=1)


async def bring_story(talk: Talk, reader_id: int, story_id: int) -> bool:
    """Put a story on its way to one reader; tells whether it comes, or has just come: who taps twice is told the same.

    False where it came before, and where people hold its push back.
    """
    now = talk.visit.now
    push_id = await pushes.open_empty(talk.connection, story_id, Lane.NEWS, now)
    if push_id is None:
        return False
    added = await deliveries.add_one(talk.connection, push_id, reader_id, now - BEFORE_OTHERS)
    return added or await deliveries.comes_or_came(talk.connection, push_id, reader_id, now - JUST_NOW)
