"""Starting, stopping, and what one asks about the bot itself; what it keeps is in `data.py`."""

import re
from collections.abc import Iterable

from telegram import ReplyKeyboardRemove, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act
from bot.handlers import setup
from bot.handlers.deciding import roster_of
from bot.handlers.following import SLUG, follow_topic
from bot.handlers.inviting import show_invitation
from bot.handlers.reading import show_article
from bot.handlers.replying import ask_for_reply
from bot.handlers.views import look
from bot.keyboards import make_button, make_keyboard
from bot.menus import GROUP_COMMANDS, READER_COMMANDS, list_staff_commands
from bot.screens import draw
from bot.staff import draw_granted
from bot.talk import Talk
from db.store import checklists, invitations, prompts, staff
from locales import LANGUAGES, OWN_NAMES, Html, texts
from newsroom.direction import begin_with, is_rtl
from newsroom.errors import Refusal
from newsroom.text import fold

ARTICLE_PAYLOAD, REPLY_PAYLOAD = re.compile(r"a_(\d{1,9})"), re.compile(r"r_(\d{1,9})")
OWNER_PAYLOAD = re.compile(r"own_([A-Za-z0-9_-]{20,60})")
STAFF_PAYLOAD = re.compile(r"staff_([A-Za-z0-9_-]{20,58})")
TOPIC_PAYLOAD = re.compile(rf"t_({SLUG.pattern})")


async def start(_update: Update, talk: Talk) -> None:
    """Begin, or come back. A link's payload opens an article, asks for a reply to it or follows a topic.

    An unknown one is a plain welcome, and to an owner at first the checklist.
    """
    talk.require_right()
    if link := OWNER_PAYLOAD.fullmatch(talk.argument):
        await own(talk, link[1])
    elif link := STAFF_PAYLOAD.fullmatch(talk.argument):
        await show_invitation(talk, link[1])
    else:
        await _begin(talk, is_new=talk.subscriber is None)


async def _begin(talk: Talk, *, is_new: bool) -> None:
    """Begin as a reader; who was given a role before he had ever written is told now, unless by the checklist."""
    await talk.reader()
    await _lead(talk, is_new=is_new)
    roles = await staff.list_roles(talk.connection, talk.user_id) if talk.is_private else []
    if roles:
        await roster_of(talk).set_menu(talk.connection, talk.user_id)
    if roles and is_new and await checklists.find(talk.connection, talk.chat_id) is None:
        talk.say(*draw_granted(talk.t, roles))


async def _lead(talk: Talk, *, is_new: bool) -> None:
    """Lead where the payload says."""
    named = TOPIC_PAYLOAD.fullmatch(talk.argument)
    topic = talk.taxonomy.by_slug(named[1]) if named else None
    if article := ARTICLE_PAYLOAD.fullmatch(talk.argument):
        await show_article(talk, article[1])
        if is_new:
            await welcome(talk)
    elif target := REPLY_PAYLOAD.fullmatch(talk.argument):
        if is_new:
            await welcome(talk)
        await ask_for_reply(talk, target[1])
    elif topic:
        await follow_topic(talk, topic)
    elif await setup.is_first(talk):
        await talk.resume()
        await setup.bring(talk)
    else:
        await talk.resume()
        await welcome(talk)


async def own(talk: Talk, token: str) -> None:
    """Become the owner, by the one-time link that the start printed because there was none."""
    link = await invitations.find(talk.connection, token, talk.visit.now) if talk.is_private else None
    if link is None or link.actor != invitations.START:
        raise Refusal("own.gone")
    if await invitations.take(talk.connection, token, talk.visit.now) is None:
        raise Refusal("own.gone")
    await talk.reader()
    act = staff.Act("settings", "grant role", str(talk.user_id), link.role.value)
    await roster_of(talk).grant(talk.connection, talk.user_id, link.role, act, tells=False)
    talk.say(talk.t("own.done"))
    await setup.bring(talk)


async def welcome(talk: Talk) -> None:
    """Show the first run, or to one who follows something what that is."""
    view = await look(talk)
    text, keyboard = draw("following" if view.follows else "home", view)
    greeting = talk.t("start.back", site=view.site) + "\n\n" if view.follows else ""
    talk.say(greeting + text, keyboard)


async def stop(_update: Update, talk: Talk) -> None:
    """Stop everything, and keep what was chosen for a return. Who is not known is not made known by it."""
    talk.require_right()
    if talk.subscriber:
        await talk.change(state="stopped", reason="asked", left_at=talk.visit.now)
    pause = make_button(talk.t.plain("button.pause"), Act.GO, "pause")
    talk.say(talk.t("stop.done"), make_keyboard([[pause]]))


async def cancel(_update: Update, talk: Talk) -> None:
    """End what the bot waits for."""
    waited = await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    # A keyboard that asked for a place goes with its prompt.
    talk.say(talk.t("cancel.done" if waited else "cancel.nothing"), ReplyKeyboardRemove() if talk.is_private else None)


async def drop_prompt(talk: Talk) -> None:
    """End what the bot waits for, by its button."""
    waited = await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    talk.redraw(talk.t("cancel.done" if waited else "cancel.nothing"))


async def help_out(_update: Update, talk: Talk) -> None:
    """Tell what can be typed, to staff also what staff may; in a group, what its administrators may."""
    if not talk.is_private:
        talk.say(talk.t("help.group", commands=_describe(talk, GROUP_COMMANDS)))
        return
    parts = [talk.t("help.text", commands=_describe(talk, READER_COMMANDS))]
    if names := list_staff_commands(await staff.list_roles(talk.connection, talk.user_id)):
        parts.append(talk.t("help.staff", commands=_describe(talk, names)))
    talk.say("\n\n".join(parts))


def _describe(talk: Talk, names: Iterable[str]) -> Html:
    """Answer commands with what they do, a line each."""
    rtl = is_rtl(talk.t.language)
    return Html("\n".join(f"{begin_with(f'/{name}', rtl=rtl)} {talk.t(f'command.{name}')}" for name in names))


async def choose_language(_update: Update, talk: Talk) -> None:
    """Change the language by its name, or offer the languages."""
    talk.require_right()
    code = find_language(talk.argument)
    if code:
        await speak(talk, code)
        return
    text, keyboard = draw("languages", await look(talk))
    if talk.argument:
        names = Html(talk.t.plain("list.comma").join(talk.t("list.item", name=name) for name in OWN_NAMES.values()))
        text = talk.t("language.unknown", names=names)
    talk.say(text, keyboard)


async def speak(talk: Talk, code: str) -> None:
    """Speak a language from now on."""
    await set_language(talk, code)
    talk.say(talk.t("language.saved"))


async def set_language(talk: Talk, code: str) -> None:
    """Let the language be another one, of a channel if this is about one; a menu of the staff's is in it too."""
    await talk.reader()
    await talk.change(language=code)
    if talk.is_private and not talk.sets_channel and await staff.list_roles(talk.connection, talk.user_id):
        await roster_of(talk).set_menu(talk.connection, talk.user_id)


def find_language(said: str) -> str | None:
    """Answer the language of a code (`en`, `en-US`) or of a name in any of the languages."""
    asked = fold(said)
    coded = asked.partition("-")[0]
    if coded in LANGUAGES:
        return coded
    return next((code for code in LANGUAGES if any(asked in _names(code, spoken) for spoken in LANGUAGES)), None)


def find_own_language(said: str) -> str | None:
    """Answer the language whose own name is said, as one says it who wants to be spoken to in it."""
    return next((code for code in LANGUAGES if fold(said) in _names(code, code)), None)


def _names(code: str, spoken: str) -> set[str]:
    """Answer what the speakers of a language call another, folded."""
    return {fold(OWN_NAMES[code]), *map(fold, texts(spoken).words(f"words.language.{code}"))}


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("start", start),
    CommandHandler("stop", stop),
    CommandHandler("cancel", cancel),
    CommandHandler("help", help_out),
    CommandHandler("language", choose_language),
]
