"""Choosing by buttons: the screens of `bot/screens.py`, and every press there is."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.callbacks import ANEW, Act, Press
from bot.handlers import (
    auditing,
    broadcasting,
    channels,
    closing,
    data,
    deciding,
    discussing,
    dossiers,
    figures,
    filing,
    following,
    gating,
    grouping,
    inviting,
    moderating,
    myreplies,
    preferences,
    pushing,
    queueing,
    reading,
    replying,
    searching,
    setup,
    sharing,
    sources,
    staffing,
    starting,
    topicwords,
    waving,
)
from bot.handlers.examples import bring_story
from bot.handlers.views import look
from bot.screens import FIRST, draw
from bot.talk import LATELY, Talk
from db.store import follows, prompts
from locales import LANGUAGES
from newsroom.readers import Rhythm
from newsroom.taxonomy import ALL


async def show_topics(_update: Update, talk: Talk) -> None:
    """Show the picker."""
    talk.require_right()
    talk.say(*draw("subjects", await look(talk)))


async def press_button(_update: Update, talk: Talk) -> None:
    """Do what a button says, as far as its presser may; one that comes too late only shows how things are."""
    press = talk.press
    if press is None:
        talk.nod(talk.t.plain("button.old"))
        return
    if press.act not in OPEN_TO_ALL:
        talk.require_right()
    if press.whose:
        await channels.turn_to(talk, press)
    if talk.visit.is_late and press.act in CHANGING:
        await redraw(talk, press.screen or "rhythm", press.page)
    else:
        await PRESSES[press.act](talk, press)
        if press.whose and press.act in CHANGING:
            await channels.note_change(talk, press)
    talk.nod()


async def go(talk: Talk, press: Press) -> None:
    """Show a screen."""
    await redraw(talk, press.what, press.page)


async def follow_topic(talk: Talk, press: Press) -> None:
    """Follow a topic."""
    reader = await talk.reader()
    if press.what in talk.taxonomy.topics:
        await follows.put(talk.connection, reader.id, [press.what], muted=False)
        if (press.what, press.screen) == (ALL, FIRST):  # the button says so
            await preferences.set_schedule(talk, "rhythm", Rhythm.DAILY)
        await resume(talk)
    await redraw(talk, press.screen, press.page)


async def leave_topic(talk: Talk, press: Press) -> None:
    """Follow or mute a topic no longer."""
    reader = await talk.reader()
    for muted in (False, True):
        await follows.drop(talk.connection, reader.id, [press.what], muted=muted)
    await redraw(talk, press.screen, press.page)


async def speak(talk: Talk, press: Press) -> None:
    """Change the language."""
    if press.what in LANGUAGES:
        await starting.set_language(talk, press.what)
    await redraw(talk, press.screen, press.page)


async def set_preference(talk: Talk, press: Press) -> None:
    """Let a preference be as the button says; in the first run the newest article that fits comes as an example.

    A channel gets none: what is posted there is there for all to see.
    """
    await preferences.prefer(talk, press.what)
    if press.screen or talk.sets_channel:
        await redraw(talk, press.screen or "settings", press.page)
        return
    sample = await send_sample(talk, (await talk.reader()).id)
    talk.redraw(*draw("done", replace(await look(talk), sample=sample)))


async def resume(talk: Talk) -> None:
    """Let one who had stopped get news again, for whoever chooses wants them; and say so."""
    if await talk.resume():
        talk.nod(talk.t.plain("start.resumed"))


async def send_sample(talk: Talk, reader_id: int) -> bool:
    """Put the newest fitting article on its way; tells whether an example comes, or has just come."""
    story = await follows.newest_wanted(talk.connection, reader_id, talk.visit.now - LATELY)
    return await bring_story(talk, reader_id, story) if story else False


async def redraw(talk: Talk, screen: str, page: int) -> None:
    """Show a screen in the message that was pressed."""
    if screen.startswith(reading.ABOUT) and not talk.sets_channel:
        await reading.show_about(talk, screen.removeprefix(reading.ABOUT))
    else:
        talk.redraw(*draw(screen, await look(talk), page))


async def carry_out(talk: Talk, press: Press) -> None:
    """Do the command that had asked which topic was meant."""
    await following.choose_meant(talk, press.screen, press.what)


async def show_about(talk: Talk, press: Press) -> None:
    """Show the topics of an article."""
    await reading.show_about(talk, press.what)


async def turn_latest(talk: Talk, press: Press) -> None:
    """Turn the page of the newest articles, or list them below what was pressed."""
    await reading.list_latest(talk, press.what, press.page, anew=press.screen == ANEW)


async def turn_article(talk: Talk, press: Press) -> None:
    """Turn the page of an article, or show it below what was pressed."""
    await reading.show_article(talk, press.what, press.page, anew=press.screen == ANEW)


async def drop(talk: Talk, press: Press) -> None:
    """Leave a prompt, for the screen that it came from if there was one."""
    if press.screen:
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)
        await redraw(talk, press.screen, press.page)
    else:
        await starting.drop_prompt(talk)


# What changes nothing that a chat gets: anybody in a group may press it, or whoever has the role that it asks for.
OPEN_TO_ALL = {
    *(Act.LATEST, Act.READ, Act.DIGEST, Act.SEARCH, Act.NARROW, Act.REPLIES),
    *(Act.CARD, Act.WAVE, Act.BANS, Act.CLOSED, Act.BLOCKED, Act.ROLE, Act.SHARED),
}
# What changes something, and so must not be done long after it was pressed.
CHANGING = {Act.FOLLOW, Act.LEAVE, Act.SPEAK, Act.SET, Act.ASK, Act.COMMAND}

PRESSES: dict[Act, Callable[[Talk, Press], Awaitable[None]]] = {
    Act.GO: go,
    Act.FOLLOW: follow_topic,
    Act.LEAVE: leave_topic,
    Act.SPEAK: speak,
    Act.SET: set_preference,
    Act.ASK: preferences.ask,
    Act.COMMAND: carry_out,
    Act.ABOUT: show_about,
    Act.LATEST: turn_latest,
    Act.READ: turn_article,
    Act.DIGEST: reading.turn_digest,
    Act.SEARCH: searching.turn_hits,
    Act.NARROW: searching.narrow_hits,
    Act.DROP: drop,
    Act.REPLY: replying.press_reply,
    Act.TAKE: replying.press_taken,
    Act.DRAFT: replying.press_draft,
    Act.MINE: myreplies.press_mine,
    Act.REPLIES: discussing.turn_replies,
    Act.PUBLIC: discussing.press_public,
    Act.HEAR: discussing.press_hear,
    Act.SHARED: sharing.decide_shared,
    Act.MYDATA: data.press_data,
    Act.FORGET: data.press_forget,
    Act.PUSH: deciding.decide_push,
    Act.DOUBT: deciding.decide_doubt,
    Act.WORDS: topicwords.press_words,
    Act.FILED: filing.press_filed,
    Act.GATE: gating.press_gate,
    Act.WITHDRAWN: gating.press_withdrawn,
    Act.ARTICLE: dossiers.press_dossier,
    Act.CARD: moderating.press_card,
    Act.WAVE: waving.press_wave,
    Act.BANS: queueing.press_bans,
    Act.CLOSED: closing.press_closed,
    Act.BLOCKED: closing.press_blocked,
    Act.ROLE: queueing.press_role,
    Act.AUDIT: auditing.turn_audit,
    Act.PUSHES: pushing.press_pushes,
    Act.SOURCE: sources.press_source,
    Act.STAFF: staffing.press_staff,
    Act.INVITED: inviting.press_invited,
    Act.STATS: figures.press_stats,
    Act.CAST: broadcasting.press_broadcast,
    Act.SETUP: setup.press_setup,
    Act.GROUP: grouping.press_group,
}

HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("topics", show_topics),
    CallbackQueryHandler(press_button),
]
