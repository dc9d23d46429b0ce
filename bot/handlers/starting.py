"""Starting, stopping, and what one asks about the bot itself."""

import re

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.handlers.following import follow_tag
from bot.handlers.reading import show_article
from bot.handlers.views import look, site_name
from bot.menus import READER_COMMANDS
from bot.screens import draw
from bot.talk import Talk
from db.store import prompts
from locales import OWN_NAMES, Html
from newsroom.errors import Refusal
from newsroom.text import fold

ARTICLE_PAYLOAD = re.compile(r"[ar]_(\d{1,9})")
TOPIC_PAYLOAD = re.compile(r"t_([A-Za-z0-9_-]{1,40})")


async def start(_update: Update, talk: Talk) -> None:
    """Begin, or come back. A link's payload opens an article or follows a topic; an unknown one is a plain welcome."""
    if talk.visit.may_set:
        await talk.reader()
    if article := ARTICLE_PAYLOAD.fullmatch(talk.argument):
        await show_article(talk, int(article[1]))
    elif (topic := TOPIC_PAYLOAD.fullmatch(talk.argument)) and talk.newsroom.directory.find(topic[1]):
        await follow_tag(talk, talk.newsroom.directory.find(topic[1])[0].tag)
    else:
        await welcome(talk)


async def welcome(talk: Talk) -> None:
    """Show the first run, or to one who follows something what that is."""
    view = await look(talk)
    screen = "following" if view.follows else "home"
    text, keyboard = draw(screen, view)
    greeting = talk.t("start.back", site=view.site) + "\n\n" if view.follows else ""
    talk.say(greeting + text, keyboard)


async def stop(_update: Update, talk: Talk) -> None:
    """Stop everything, and keep what was chosen for a return."""
    await talk.reader()
    await talk.change(state="stopped", reason="asked")
    talk.say(talk.t("stop.done"))


async def cancel(_update: Update, talk: Talk) -> None:
    """End what the bot waits for."""
    waited = await prompts.take(talk.connection, talk.chat_id, talk.user_id, talk.visit.now)
    talk.say(talk.t("cancel.done" if waited else "cancel.nothing"))


async def drop_prompt(talk: Talk) -> None:
    """End what the bot waits for, by its button."""
    await prompts.take(talk.connection, talk.chat_id, talk.user_id, talk.visit.now)
    talk.redraw(talk.t("cancel.done"))
    talk.nod()


async def help_out(_update: Update, talk: Talk) -> None:
    """Tell what can be typed."""
    lines = [f"/{command} {talk.t(f'command.{command}')}" for command in READER_COMMANDS]
    talk.say(talk.t("help.text", site=await site_name(talk), commands=Html("\n".join(lines))))


async def show_privacy(_update: Update, talk: Talk) -> None:
    """Tell what is kept, why, and who answers for it."""
    told = talk.newsroom.privacy
    text = talk.t("privacy.text", site=await site_name(talk))
    if told.get("controller"):
        text += "\n\n" + talk.t("privacy.controller", controller=told["controller"])
    if told.get("url"):
        text += "\n\n" + talk.t("privacy.more", url=Html(told["url"]))
    talk.say(text)


async def choose_language(_update: Update, talk: Talk) -> None:
    """Change the language by its name, or offer the languages."""
    if not talk.argument:
        talk.say(*draw("languages", await look(talk)))
        return
    asked = fold(talk.argument)
    code = next((code for code, name in OWN_NAMES.items() if asked in {code, fold(name)}), None) or next(
        (code for code in OWN_NAMES if asked in map(fold, talk.t.words(f"words.language.{code}"))), None
    )
    if code is None:
        raise Refusal("language.unknown", names="، ".join(OWN_NAMES.values()))
    await talk.reader()
    await talk.change(language=code)
    talk.say(talk.t("language.saved"))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("start", start),
    CommandHandler("stop", stop),
    CommandHandler("cancel", cancel),
    CommandHandler("help", help_out),
    CommandHandler("privacy", show_privacy),
    CommandHandler("language", choose_language),
]
