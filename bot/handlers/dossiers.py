"""An article at the desk, in private, by a role looked up at the act: its card, and what its buttons do.

    /article 12      as readers see it, and to editors its card below: versions, topics, deliveries, replies
    /publish URL     read, and shown with its card; known by its address, it is shown as it is
    /publish 12      the card of an article, to send it to whoever has not had it
    /publish         the queue of what waits for an editor: ✅ ❌ ✏️ ⏭

How an article is sent is `dispatching.py`, how it is corrected and taken back `correcting.py`, how either is confirmed
`confirming.py`. What was pressed shows
how things are afterwards, also for the second who presses it. A new deed is a function and a line of `DEEDS`.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.callbacks import Press
from bot.dossier_screens import SHOWN_VERSIONS, draw_topics, draw_versions
from bot.handlers import confirming, correcting, dispatching
from bot.handlers.desktop import Deed, find_dossier, look_at, note, redraw, show
from bot.handlers.filing import file_as, lock_filing
from bot.handlers.gating import show_next
from bot.handlers.reading import BY_NUMBER, read_article
from bot.handlers.topicwords import require_editor
from bot.talk import Talk
from db.store import articles, dossiers, errands, gate, pushes, queue, staff
from db.store.errands import Errand
from newsroom.articles import canonical_url
from newsroom.dossiers import Dossier
from newsroom.errors import Refusal
from newsroom.filing import UNFILED
from newsroom.pushes import PushState
from newsroom.roles import Role
from newsroom.text import read_number


async def read(update: Update, talk: Talk) -> None:
    """Show an article, and to an editor in private its card below."""
    await read_article(update, talk)
    text = (update.effective_message.text or "") if update.effective_message else ""
    joined = BY_NUMBER.match(text)
    number = read_number(joined[1] if joined else talk.argument)
    if number is None or not talk.is_private or not await staff.has_role(talk.connection, talk.user_id, Role.EDITOR):
        return
    dossier = await dossiers.read(talk.connection, number)
    if dossier and (dossier.article.gate is None or dossier.is_changed):  # what waits itself has shown its card
        talk.say(*await look_at(talk, dossier))


async def publish(_update: Update, talk: Talk) -> None:
    """Read the page of an address, or show the card of a number; without either, what waits for an editor."""
    await require_editor(talk)
    said = talk.argument
    if not said:
        await show_next(talk, 0)
    elif read_number(said) is not None:
        await show(talk, await find_dossier(talk, said))
    else:
        await _bring(talk, said)


async def _bring(talk: Talk, url: str) -> None:
    if not url.startswith(("http://", "https://")) or len(url.split()) > 1:
        raise Refusal("dossier.usage")
    known = await articles.find_by_address(talk.connection, canonical_url(url))
    if known is not None:
        await show(talk, await find_dossier(talk, str(known)))
        return
    errand = Errand(errands.Deed.PUBLISH, url, talk.chat_id, talk.t.language, str(talk.user_id))
    await errands.begin(talk.connection, errand, talk.visit.now)
    talk.say(talk.t("probe.asked", url=url))


async def press_dossier(talk: Talk, press: Press) -> None:
    """Do what a button of a card says, as far as its article is still as it was seen; then show how things are."""
    await require_editor(talk)
    name, _, value = press.screen.partition(":")
    if name == "next":
        await show_next(talk, read_number(press.what) or 0, anew=False)
        return
    if name not in ANY_TIME:
        await articles.lock_desk(talk.connection)  # what was seen stays as it is until the deed is done
    dossier = await find_dossier(talk, press.what)
    is_same = press.page == dossier.article.version
    if not talk.visit.is_late and (name in ANY_TIME or (is_same and name in DEEDS)):
        await (ANY_TIME | DEEDS)[name](talk, dossier, value)
    else:
        talk.nod(talk.t.plain("dossier.changed"))
        await redraw(talk, dossier)


# Looking


async def go_home(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show the card."""
    await redraw(talk, dossier)


async def refresh(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show the card as things stand, and say so: it may be as it was."""
    talk.nod(talk.t.plain("dossier.refreshed"))
    await redraw(talk, dossier)


async def preview(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show it again as readers get it, its card below."""
    await show(talk, dossier)


async def look_at_versions(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show the newest versions."""
    found = await dossiers.list_versions(talk.connection, dossier.number, SHOWN_VERSIONS + 1)
    await redraw(talk, dossier, lambda sight: draw_versions(sight, found))


async def look_at_topics(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show the topics and why it has them."""
    await redraw(talk, dossier, draw_topics)


# Changing what it is about, and whether it is sent


async def turn_topic(talk: Talk, dossier: Dossier, tag: str) -> None:
    """Let an article be about a topic, or not about it; nobody is sent anything for it."""
    if tag in talk.taxonomy.topics:
        has = tag in await articles.list_topics(talk.connection, dossier.number)
        before = await lock_filing(talk, dossier.article)
        await file_as(talk, dossier.article, before.turned(tag, has=has), before)
    await redraw(talk, await find_dossier(talk, str(dossier.number)), draw_topics)


async def leave_to_words(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Leave the topics of an article to its words again."""
    await file_as(talk, dossier.article, UNFILED, await lock_filing(talk, dossier.article))
    await redraw(talk, await find_dossier(talk, str(dossier.number)), draw_topics)


async def refuse(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Keep what waits from readers."""
    if await gate.refuse(talk.connection, dossier.number):
        await note(talk, "refuse article", dossier)
    await redraw(talk, await find_dossier(talk, str(dossier.number)))


def set_push(deed: str, state: PushState, *among: PushState) -> Deed:
    """Answer the deed that holds what is on its way, or ends it."""

    async def act(talk: Talk, dossier: Dossier, _value: str) -> None:
        push_id = dossier.sent.push_id if dossier.sent else 0
        if await pushes.set_state(talk.connection, push_id, state, among, talk.visit.now):
            await _note_push(talk, deed, push_id)
        await redraw(talk, await find_dossier(talk, str(dossier.number)))

    return act


async def resume(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Let what is held go on; where too many chats seemed gone, that is a person's word that they are."""
    sent = dossier.sent
    if sent and sent.state is PushState.PAUSED and await queue.resume(talk.connection, sent.push_id, talk.visit.now):
        await _note_push(talk, "resume", sent.push_id)
    await redraw(talk, await find_dossier(talk, str(dossier.number)))


async def _note_push(talk: Talk, deed: str, push_id: int) -> None:
    act = staff.Act(str(talk.user_id), f"{deed} push", str(push_id))
    await staff.note(talk.connection, act, talk.visit.now)


# What needs not be as it was seen: it only shows, or whoever does it means it whatever others did.
ANY_TIME: dict[str, Deed] = {
    "home": go_home,
    "refresh": refresh,
    "preview": preview,
    "versions": look_at_versions,
    "topics": look_at_topics,
    "pause": set_push("pause", PushState.PAUSED, PushState.RUNNING),
    "stop": set_push("cancel", PushState.CANCELLED, PushState.RUNNING, PushState.PAUSED),
    "resume": resume,
}
DEEDS: dict[str, Deed] = {
    "tag": turn_topic,
    "asfound": leave_to_words,
    "refuse": refuse,
    "send": dispatching.press_send,
    "break": dispatching.press_break,
    "correct": correcting.look_at_words,
    "words": correcting.ask_for_words,
    "reread": correcting.reread,
    "quietly": correcting.correct_quietly,
    "loudly": correcting.correct_loudly,
    "forgo": correcting.forgo,
    "retract": correcting.ask_why,
    "sure": confirming.be_sure,
}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("publish", publish),
    CommandHandler("article", read),
    MessageHandler(filters.Regex(BY_NUMBER), read),
]
