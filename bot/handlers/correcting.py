"""Correcting an article and taking it back, by its card, `/correct N` and `/retract N`.

    other words, or 🔄 its page again ─▶ they wait, shown beside what readers see ─┬▶ ✅ quietly: messages are edited
                                                                                  └▶ 📣 and a reply «correction» too
    a reason ─▶ shown as who has it will see it ─▶ ✅ ─▶ sent to nobody else, edited wherever it is, never deleted

Edits ring no bell. The reply is a broadcast to those who have the article, a draft with its card: so it is seen before
it leaves, staff have it first, many readers take a typed number, and the same is not sent twice.
"""

from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.clerk import see
from bot.corrections import write_correction
from bot.dossier_screens import draw_correction
from bot.dossiers import Asked, draw_retracted
from bot.handlers import casting
from bot.handlers.desktop import ask, asking, find_dossier, look_at, note, redraw
from bot.handlers.gating import LONGEST_LEAD, LONGEST_TITLE
from bot.handlers.reading import look_of
from bot.handlers.topicwords import require_editor
from bot.keyboards import usable_link
from bot.talk import Talk
from db.store import broadcasts, corrections, errands, gate
from db.store.errands import Errand
from newsroom.broadcasts import Manner, Step
from newsroom.crowds import Crowd
from newsroom.dossiers import Dossier, check_correcting, read_reason
from newsroom.errors import Refusal
from newsroom.text import read_number

Taker = Callable[[Talk, Dossier, str], Awaitable[None]]


async def correct(_update: Update, talk: Talk) -> None:
    """Show what readers see of an article, or what is written after its number beside that."""
    await require_editor(talk)
    dossier, words = await _read_argument(talk)
    if words:
        await take_words(talk, dossier, words)
    else:
        check_correcting(dossier)
        talk.say(*await look_at(talk, dossier, draw_correction))


async def take_back(_update: Update, talk: Talk) -> None:
    """Show an article as who has it will see it when it is taken back, or ask why it is."""
    await require_editor(talk)
    dossier, reason = await _read_argument(talk)
    if reason:
        await take_reason(talk, dossier, reason)
    else:
        await ask_why(talk, dossier, "")


async def _read_argument(talk: Talk) -> tuple[Dossier, str]:
    """Answer the article of a number, and what is written after that, its lines kept."""
    number, *words = talk.argument.split(maxsplit=1) or [""]
    return await find_dossier(talk, number), "".join(words)


# Correcting


async def look_at_words(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Show what readers see, or how that differs from what waits."""
    check_correcting(dossier)
    await redraw(talk, dossier, draw_correction)


async def ask_for_words(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Wait for other words."""
    check_correcting(dossier)
    await ask(talk, "words", dossier)


async def take_words(talk: Talk, dossier: Dossier, typed: str) -> None:
    """Let other words wait beside those that readers see: the first line is the title, the rest the lead."""
    check_correcting(dossier)
    title, _, lead = (part.strip() for part in typed.strip().partition("\n"))
    if not title or len(title) > LONGEST_TITLE or len(lead) > LONGEST_LEAD:
        raise Refusal("gate.too_long", title=LONGEST_TITLE, lead=LONGEST_LEAD)
    texts = {"title": title} | ({"lead": lead} if lead else {})
    await gate.propose(talk.connection, dossier.number, texts, talk.visit.now)
    await note(talk, "rewrite article", dossier, ", ".join(texts))
    talk.say(*await look_at(talk, await find_dossier(talk, str(dossier.number)), draw_correction))


async def reread(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Have the page of an article read again; what it says is shown by a message of its own."""
    check_correcting(dossier)
    url = usable_link(dossier.article.url)
    if not url:
        raise Refusal("dossier.no_page")
    kind = errands.Deed.REREAD
    errand = Errand(kind, url, talk.chat_id, talk.t.language, str(talk.user_id), dossier.number)
    await errands.begin(talk.connection, errand, talk.visit.now)
    talk.say(talk.t("probe.asked", url=url))


async def correct_quietly(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Let every message that shows the article show what waits, without a sound."""
    await redraw(talk, await _correct(talk, dossier))


async def correct_loudly(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Do so, and make a draft of a reply to those messages."""
    if not dossier.reached:
        raise Refusal("dossier.nobody.has")
    corrected = await _correct(talk, dossier)
    await redraw(talk, corrected)
    contents = write_correction(corrected.article, talk.newsroom.language)
    number = await broadcasts.add(talk.connection, contents, str(talk.user_id), talk.visit.now)
    draft = await casting.find_broadcast(talk, number)
    crowd, manner = Crowd(story=corrected.article.story_id), Manner(breaking=True)
    await casting.show(talk, await casting.change(talk, draft, crowd=crowd, manner=manner))


async def _correct(talk: Talk, dossier: Dossier) -> Dossier:
    if not dossier.is_changed or not await gate.publish(talk.connection, dossier.number, talk.visit.now):
        raise Refusal("dossier.changed")
    await note(talk, "correct article", dossier)
    return await find_dossier(talk, str(dossier.number))


async def forgo(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Leave what readers see as it is."""
    if dossier.is_changed and await gate.refuse(talk.connection, dossier.number):
        await note(talk, "forgo article", dossier)
    await redraw(talk, await find_dossier(talk, str(dossier.number)))


# Taking back


async def ask_why(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Wait for the reason why an article is taken back."""
    check_correcting(dossier)
    await ask(talk, "reason", dossier)


async def take_reason(talk: Talk, dossier: Dossier, typed: str) -> None:
    """Show what who has the article will see, and ask whether it is to be so."""
    check_correcting(dossier)
    errand = Errand(
        errands.Deed.RETRACT, read_reason(typed), talk.chat_id, talk.t.language, str(talk.user_id), dossier.number
    )
    number = await errands.begin(talk.connection, errand, talk.visit.now)
    talk.say(*await look_at(talk, dossier, asking(await check(talk, dossier, f"back:{number}"))))


async def check(talk: Talk, dossier: Dossier, deed: str) -> Asked:
    """Answer what is to be confirmed before an article is taken back. Raises Refusal where that is over."""
    check_correcting(dossier)
    errand = await _find_errand(talk, dossier, deed)
    sight = await see(talk.connection, dossier, talk.t, look_of(talk), talk.visit.now)
    return Asked(deed, Step.SURE, dossier.reached, draw_retracted(sight, errand.said))


async def retract(talk: Talk, dossier: Dossier, deed: str) -> None:
    """Take an article back: its push is stopped, and whoever has it sees that it was, and why."""
    errand = await _find_errand(talk, dossier, deed)
    if not await errands.end(talk.connection, errand):
        raise Refusal("desk.settled")
    await corrections.retract(talk.connection, dossier.number, errand.said, talk.visit.now)
    await note(talk, "retract article", dossier, errand.said)


async def _find_errand(talk: Talk, dossier: Dossier, deed: str) -> Errand:
    number = read_number(deed.partition(":")[2]) or 0
    errand = await errands.find(talk.connection, number, talk.chat_id, talk.visit.now)
    if errand is None or errand.article_id != dossier.number:
        raise Refusal("button.old")
    return errand


TAKEN: dict[str, Taker] = {"words": take_words, "reason": take_reason}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("correct", correct),
    CommandHandler("retract", take_back),
]
