"""How editors of tests write and send broadcasts in the running bot, and what is seen of them."""

from typing import Any

from sandbox import Person
from tests.live import Live, unseen

WORDS = "مساء الخير من غرفة التحرير"
PHOTO = [
    {"file_id": f"photo-{size}", "file_unique_id": f"p{size}", "width": size, "height": size} for size in (90, 800)
]


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
