"""`/sources` and `/addsource`: editors see what is collected and say how, in private, by a role looked up at the act.

    /addsource https://…          what is found there is collected from now on, and shown
    /sources check https://…      shown, and not collected
    /sources                      all of them
    /sources 3                    one of them
    /sources 3 pause              pause · resume · remove
    /sources 3 gate held          a policy (`newsroom/policy.py`)

The same words as `qasid sources`. A site is asked by the clock's people (`jobs/probe.py`), who tell what they found.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.handlers.filing import find_tag
from bot.handlers.topicwords import require_editor
from bot.sources import draw_source, draw_sources
from bot.talk import Talk, echo
from db.store import AnyRow, probes, sources, staff
from db.store.probes import Probe
from locales import Label
from newsroom.errors import Refusal
from newsroom.policy import read_policy
from newsroom.text import read_number

STATES = {"pause": "paused", "resume": "active"}


async def list_or_change(_update: Update, talk: Talk) -> None:
    """List the sources, show one, or say something of it."""
    await require_editor(talk)
    if not talk.argument:
        talk.say(*draw_sources(talk.t, await sources.list_all(talk.connection)))
        return
    first, _, said = talk.argument.partition(" ")
    if first == "check":
        await probe(talk, said.strip(), adds=False)
        return
    source = await sources.find(talk.connection, read_number(first) or 0)
    if source is None:
        raise Refusal("sources.unknown", number=echo(first))
    await _change(talk, source, said.strip())


async def _change(talk: Talk, source: AnyRow, said: str) -> None:
    """Do to a source what is said, and show how it stands then."""
    deed, _, value = said.partition(" ")
    now = talk.visit.now
    if deed == "remove":
        await sources.remove(talk.connection, source.url)
    elif deed in STATES:
        await sources.set_state(talk.connection, source.url, STATES[deed], now)
    elif deed:
        columns = read_policy(deed, value, lambda name: find_tag(talk, name))
        await sources.change(talk.connection, source.url, **columns)
    if deed:
        await staff.note(talk.connection, staff.Act(str(talk.user_id), f"source {deed}", source.url, value), now)
    changed = await sources.find(talk.connection, source.id)
    if changed is None:
        talk.say(talk.t("sources.removed", number=Label(source.id), title=source.title or source.url))
    else:
        talk.say(*draw_source(talk.t, changed, talk.taxonomy))


async def add(_update: Update, talk: Talk) -> None:
    """Collect what is found at an address."""
    await require_editor(talk)
    await probe(talk, talk.argument, adds=True)


async def probe(talk: Talk, url: str, *, adds: bool) -> None:
    """Let an address be read, and collected if it is to be. Raises Refusal for what is none."""
    if not url.startswith(("http://", "https://")) or len(url.split()) > 1:
        raise Refusal("probe.address")
    asked = Probe(url, adds, talk.chat_id, talk.t.language, str(talk.user_id))
    await probes.ask(talk.connection, asked, talk.visit.now)
    talk.say(talk.t("probe.asked", url=url))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("sources", list_or_change),
    CommandHandler("addsource", add),
]
