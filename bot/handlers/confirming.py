"""What is confirmed about an article, by ✅ or, where many readers are meant, by their number (`desktop.ask_to_type`).

What is typed for an article comes here too: other words, a reason. What else is to be confirmed is a line of `MATTERS`.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot.dossiers import Asked
from bot.handlers import correcting, dispatching
from bot.handlers.desktop import PROMPT, ask_to_type, find_dossier, look_at, redraw
from bot.handlers.topicwords import require_editor
from bot.talk import Talk
from db.store import articles, prompts
from newsroom.broadcasts import Step, is_confirmed, next_step
from newsroom.dossiers import Dossier
from newsroom.errors import Refusal


class Matter(NamedTuple):
    """What is asked before a deed, which may be refused, and what is done then."""

    check: Callable[[Talk, Dossier, str], Awaitable[Asked]]
    do: Callable[[Talk, Dossier, str], Awaitable[None]]


SENDING = Matter(dispatching.check, dispatching.send)
MATTERS = {
    "send": SENDING,
    "break": SENDING,
    "back": Matter(correcting.check, correcting.retract),
}


async def be_sure(talk: Talk, dossier: Dossier, deed: str) -> None:
    """Do what was asked for, or ask for the number of readers where they are many."""
    matter = MATTERS.get(deed.partition(":")[0])
    if matter is None:
        raise Refusal("dossier.changed")
    asked = await matter.check(talk, dossier, deed)
    if next_step(asked.readers, talk.newsroom.broadcasting, sure=True) is Step.TYPED:
        await ask_to_type(talk, dossier, asked)
    else:
        await matter.do(talk, dossier, deed)
        await redraw(talk, await find_dossier(talk, str(dossier.number)))


async def take(talk: Talk, waited: str, typed: str) -> bool:
    """Take what an editor types about an article; tells whether it was what was waited for."""
    await require_editor(talk)
    deed, number, *shown = waited.removeprefix(PROMPT).split()
    await articles.lock_desk(talk.connection)
    dossier = await find_dossier(talk, number)
    if deed in correcting.TAKEN:
        await correcting.TAKEN[deed](talk, dossier, typed)
        return True
    version, readers = map(int, shown)
    if version != dossier.article.version:
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)
        raise Refusal("dossier.changed")
    if not is_confirmed(typed, readers):
        talk.say(talk.t("broadcast.other_number", n=readers))
        return False
    return await _confirm(talk, dossier, deed)


async def _confirm(talk: Talk, dossier: Dossier, deed: str) -> bool:
    matter = MATTERS[deed.partition(":")[0]]
    await matter.check(talk, dossier, deed)
    await matter.do(talk, dossier, deed)
    talk.say(*await look_at(talk, await find_dossier(talk, str(dossier.number))))
    return True
