"""How editors of tests write and send broadcasts in the running bot, and what is seen of them."""

from typing import Any

from sqlalchemy import insert

from db.store import subscribers
from db.tables import chats
from db.tables import subscribers as people
from newsroom.readers import Rhythm, Schedule
from sandbox import Person
from tests.live import Live, unseen

WORDS = "مساء الخير من غرفة التحرير"
PHOTO = [
    {"file_id": f"photo-{size}", "file_unique_id": f"p{size}", "width": size, "height": size} for size in (90, 800)
]


FIRST_OF_MANY = 10**6


def poll_of(question: str, *answers: str, **told: Any) -> dict[str, Any]:
    """Answer a poll as an editor's message has it."""
    options = [{"text": text, "persistent_id": text, "voter_count": 0} for text in answers]
    kind = {"type": "regular", "is_anonymous": True, "is_closed": False, "allows_multiple_answers": False}
    kind |= {"allows_revoting": True, "members_only": False}
    return {"poll": {"id": "1", "question": question, "options": options, "total_voter_count": 0, **kind, **told}}


async def many_come(live: Live, count: int) -> None:
    """Let there be so many readers more, who are rows alone."""
    ids, now = range(FIRST_OF_MANY, FIRST_OF_MANY + count), live.app.lease.now()
    told = [{"id": number, "kind": "private", "alive_at": now, "free_at": now} for number in ids]
    async with live.app.database.write() as connection:
        way = await subscribers.intern(connection, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        row = {"language": "ar", "schedule_id": way, "since": now}
        await connection.execute(insert(chats), told)
        await connection.execute(insert(people), [{"chat_id": number, **row} for number in ids])


def texts_of(person: Person) -> list[str]:
    return [unseen(shown.text) for shown in person.screen if shown.by_bot]


def shown(person: Person, words: str) -> Any:
    return next(one for one in reversed(person.screen) if one.by_bot and words in unseen(one.text))


async def draft(live: Live, editor: Person, text: str = WORDS) -> str:
    """Let an editor write a broadcast, and answer its card."""
    editor.writes(f"/broadcast {text}")
    await live.hears_of(editor, "مسودة")
    assert editor.last
    return unseen(editor.last.text)


async def send(live: Live, editor: Person) -> None:
    await live.presses(editor, "🚀")
    await live.presses(editor, "✅")
