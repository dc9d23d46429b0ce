"""An article on an editor's desktop: found, shown and drawn; what the deeds of its card have in common.

show    as readers get it, and its card below      redraw    in the message that was pressed
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.articles import Look
from bot.callbacks import Act
from bot.clerk import Clerk, see
from bot.dossiers import Asked, Sight, draw_dossier, draw_news
from bot.handlers.reading import find_article, look_of
from bot.keyboards import make_button, make_keyboard
from bot.talk import Talk
from bot.view import Screen
from db.store import dossiers, prompts, staff, watches
from db.store.watches import Watch
from locales import Label
from newsroom.broadcasts import Step
from newsroom.dossiers import Dossier, stamp
from newsroom.errors import Refusal

Deed = Callable[[Talk, Dossier, str], Awaitable[None]]
PROMPT = "desk "  # begins what is waited for: what, the number of the article, and its version where that counts


async def find_dossier(talk: Talk, said: str) -> Dossier:
    """Answer the dossier of a number in any script's digits. Raises Refusal where there is no such article."""
    article = await find_article(talk, said)
    found = await dossiers.read(talk.connection, article.id)
    if found is None:
        raise Refusal("article.unknown", number=Label(article.id))
    return found


async def look_at(talk: Talk, dossier: Dossier, draw: Callable[[Sight], Screen] = draw_dossier) -> Screen:
    """Draw an article for whoever talks."""
    return draw(await see(talk.connection, dossier, talk.t, look_of(talk), talk.visit.now))


async def show(talk: Talk, dossier: Dossier, draw: Callable[[Sight], Screen] = draw_dossier) -> None:
    """Show an article exactly as readers get it, and its card below."""
    talk.say(*draw(await show_news(talk, dossier)))


async def show_news(talk: Talk, dossier: Dossier) -> Sight:
    """Show an article exactly as readers get it; answers how it stands."""
    sight = await see(talk.connection, dossier, talk.t, look_of(talk), talk.visit.now)
    (text, keyboard), preview = draw_news(sight)
    talk.say(text, keyboard, link_preview_options=preview)
    return sight


async def redraw(talk: Talk, dossier: Dossier, draw: Callable[[Sight], Screen] = draw_dossier) -> None:
    """Show an article as it is now in the message that was pressed; its card is drawn by itself from then on."""
    talk.redraw(*await look_at(talk, dossier, draw))
    now = talk.visit.now
    if draw is draw_dossier and talk.pressed and dossier.may_change:
        shows = stamp(dossier, now)
        watch = Watch(dossier.number, talk.chat_id, talk.pressed, shows, now, now)
        await watches.begin(talk.connection, watch)
    else:
        await watches.end(talk.connection, dossier.number, talk.chat_id)


def asking(asked: Asked) -> Callable[[Sight], Screen]:
    """Answer what draws a card that asks."""
    return lambda sight: draw_dossier(sight, asked)


async def wait_for(talk: Talk, what: str) -> None:
    """Let the next message be for an article."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{what}", talk.visit.now)


async def ask(talk: Talk, what: str, dossier: Dossier, **values: str | int) -> None:
    """Wait for what is typed about an article."""
    await wait_for(talk, f"{what} {dossier.number}")
    drop = make_button(talk.t.plain("button.drop"), Act.DROP)
    talk.say(talk.t(f"dossier.ask.{what}", number=Label(dossier.number), **values), make_keyboard([[drop]]))


async def note(talk: Talk, act: str, dossier: Dossier, detail: str = "") -> None:
    """Put a deed on the audit."""
    line = staff.Act(str(talk.user_id), act, str(dossier.number), detail)
    await staff.note(talk.connection, line, talk.visit.now)


def clerk_of(talk: Talk) -> Clerk:
    """Answer who shows articles to other editors."""
    look = look_of(talk)

    async def read_look() -> Look:
        return look

    return Clerk(lambda: talk.visit.now, read_look, talk.newsroom.language)


async def ask_to_type(talk: Talk, dossier: Dossier, asked: Asked) -> None:
    """Ask for the number of readers, as it is now: while something is on its way it changes as one types."""
    await redraw(talk, dossier, asking(replace(asked, step=Step.TYPED)))
    await wait_for(talk, f"{asked.deed} {dossier.number} {dossier.article.version} {asked.readers}")
