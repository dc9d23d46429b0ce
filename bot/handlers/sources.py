"""`/sources` and `/addsource`: editors see what is collected and say how, in private, by a role looked up at the act.

    /addsource https://…          what is found there is collected from now on, and shown
    /sources check https://…      shown, and not collected; `/sources 3 check` reads one that is collected
    /sources                      all of them
    /sources 3                    one of them, with its buttons
    /sources 3 pause              pause · resume · remove, which asks once
    /sources 3 gate held          a policy (`newsroom/policy.py`)
    /sources export               the list as an OPML file; `/sources import` takes one (`uploading.py`)

The same words as `qasid sources`. A site is asked by the clock's people (`jobs/probe.py`), who tell what they found.
What a button does is a function here and a line of `DEEDS`.
"""

from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act, Press
from bot.handlers.filing import find_tag
from bot.handlers.topicwords import require_editor
from bot.handlers.uploading import ask_for_file
from bot.keyboards import make_button, make_keyboard
from bot.sources import draw_policy, draw_removal, draw_source, draw_sources
from bot.talk import Talk, echo
from bot.view import Screen
from db.store import AnyRow, hubs, probes, prompts, sources, staff
from db.store.probes import OPML, Probe
from locales import Label
from newsroom.errors import Refusal
from newsroom.opml import write_opml
from newsroom.policy import POLICIES, TYPED, read_policy
from newsroom.text import read_number

Deed = Callable[[Talk, AnyRow, str], Awaitable[None]]
PROMPT = "source "  # begins the prompt that waits for what is said of a source: its number, and the policy
STATES = {"pause": "paused", "resume": "active"}


async def list_or_change(_update: Update, talk: Talk) -> None:
    """List the sources, show one, or say something of it."""
    await require_editor(talk)
    first, _, said = talk.argument.partition(" ")
    if not first:
        talk.say(*draw_sources(talk.t, await sources.list_all(talk.connection), 0))
    elif first == "export":
        await export(talk)
    elif first == "import":
        await ask_for_file(talk, OPML)
    elif first == "check":
        await probe(talk, said.strip(), adds=False)
    else:
        await _do(talk, await _find(talk, first), said.strip())


async def _do(talk: Talk, source: AnyRow, said: str) -> None:
    """Do to a source what is typed, and show how it stands then."""
    deed, _, value = said.partition(" ")
    if deed == "remove":
        talk.say(*draw_removal(talk.t, source))
    elif deed == "check":
        await probe(talk, source.url, adds=False)
    else:
        await _change(talk, source, deed, value)
        talk.say(*await _draw(talk, source.id))


async def _change(talk: Talk, source: AnyRow, deed: str, value: str = "") -> None:
    """Say something of a source, and put it on the audit; nothing where nothing is said."""
    now = talk.visit.now
    if deed in STATES:
        await sources.set_state(talk.connection, source.url, STATES[deed], now)
    elif deed:
        columns = read_policy(deed, value, lambda name: find_tag(talk, name))
        await sources.change(talk.connection, source.url, **columns)
    if deed:
        await staff.note(talk.connection, staff.Act(str(talk.user_id), f"source {deed}", source.url, value), now)


async def add(_update: Update, talk: Talk) -> None:
    """Collect what is found at an address."""
    await require_editor(talk)
    await probe(talk, talk.argument, adds=True)


async def probe(talk: Talk, address: str, *, adds: bool) -> None:
    """Let an address be read, and collected if it is to be. Raises Refusal for what is none."""
    url = complete(address)
    if not url.startswith(("http://", "https://")) or len(url.split()) > 1:
        raise Refusal("probe.address")
    asked = Probe(url, adds, talk.chat_id, talk.t.language, str(talk.user_id))
    await probes.ask(talk.connection, asked, talk.visit.now)
    talk.say(talk.t("probe.asked", url=url))


def complete(address: str) -> str:
    """Answer an address as a browser understands it: nobody types the beginning."""
    is_bare = "://" not in address and "." in address and len(address.split()) == 1
    return f"https://{address}" if is_bare else address


async def export(talk: Talk) -> None:
    """Send the list of what is collected, as any feed reader takes it."""
    listed = await sources.list_collected(talk.connection)
    text = write_opml(listed, "Qasid", talk.visit.now)
    talk.send_file("sources.opml", text, talk.t("sources.exported", n=len(listed)))


async def press_source(talk: Talk, press: Press) -> None:
    """Do what a button says; one that comes late, or is of a source that is gone, only shows how things are."""
    await require_editor(talk)
    name, _, said = press.screen.partition(":")
    if name == "export":
        await export(talk)
    elif name == "import":
        await ask_for_file(talk, OPML)
    elif name == "list" or (source := await sources.find(talk.connection, read_number(press.what) or 0)) is None:
        talk.redraw(*draw_sources(talk.t, await sources.list_all(talk.connection), press.page))
    else:
        deed = DEEDS.get(name)
        if deed is None:
            raise Refusal("button.old")
        await (open_source if talk.visit.is_late else deed)(talk, source, said)


async def open_source(talk: Talk, source: AnyRow, _said: str) -> None:
    """Show a source."""
    talk.redraw(*await _draw(talk, source.id))


async def check(talk: Talk, source: AnyRow, _said: str) -> None:
    """Read it now, and store nothing; what is found comes as a message."""
    await probe(talk, source.url, adds=False)


async def add_again(talk: Talk, source: AnyRow, _said: str) -> None:
    """Collect a source that had ended; what is in it now is archive."""
    await probe(talk, source.url, adds=True)


async def pause(talk: Talk, source: AnyRow, _said: str) -> None:
    """Collect it no longer, until it is resumed."""
    await _say(talk, source, "pause")


async def resume(talk: Talk, source: AnyRow, _said: str) -> None:
    """Collect it again."""
    await _say(talk, source, "resume")


async def _say(talk: Talk, source: AnyRow, deed: str, value: str = "") -> None:
    await _change(talk, source, deed, value)
    talk.redraw(*await _draw(talk, source.id))


async def be_sure(talk: Talk, source: AnyRow, _said: str) -> None:
    """Ask whether it is really to be removed."""
    talk.redraw(*draw_removal(talk.t, source))


async def remove(talk: Talk, source: AnyRow, _said: str) -> None:
    """Collect it no longer; its articles stay."""
    await sources.remove(talk.connection, source.url)
    act = staff.Act(str(talk.user_id), "remove source", source.url)
    await staff.note(talk.connection, act, talk.visit.now)
    told = talk.t("sources.removed", number=Label(source.id), title=source.title or source.url)
    if await sources.find(talk.connection, source.id) is None:
        talk.redraw(told)
    else:
        text, keyboard = await _draw(talk, source.id)
        talk.redraw(f"{told}\n\n{text}", keyboard)


async def show_policy(talk: Talk, source: AnyRow, said: str) -> None:
    """Show what can be said of one side of it."""
    talk.redraw(*draw_policy(talk.t, source, _known(said), talk.taxonomy))


async def say(talk: Talk, source: AnyRow, said: str) -> None:
    """Say what a button offers."""
    name, _, value = said.partition(":")
    await _change(talk, source, _known(name), value)
    changed = await sources.find(talk.connection, source.id) or source
    talk.redraw(*draw_policy(talk.t, changed, name, talk.taxonomy))


async def ask(talk: Talk, source: AnyRow, said: str) -> None:
    """Wait for what is typed."""
    if _known(said) not in TYPED:
        raise Refusal("button.old")
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{source.id} {said}", talk.visit.now)
    drop = make_button(talk.t.plain("button.drop"), Act.DROP)
    talk.say(talk.t(f"sources.how.{said}"), make_keyboard([[drop]]))


async def take(talk: Talk, waited: str, typed: str) -> None:
    """Say of a source what was typed, and show it. Raises Refusal, and goes on waiting, for what cannot be said."""
    await require_editor(talk)
    number, _, name = waited.removeprefix(PROMPT).partition(" ")
    source = await _find(talk, number)
    await _change(talk, source, name, " ".join(typed.split()))
    talk.say(*await _draw(talk, source.id))


async def _find(talk: Talk, said: str) -> AnyRow:
    """Answer a source by its number. Raises Refusal where there is none."""
    source = await sources.find(talk.connection, read_number(said) or 0)
    if source is None:
        raise Refusal("sources.unknown", number=echo(said))
    return source


async def _draw(talk: Talk, number: int) -> Screen:
    source = await _find(talk, str(number))
    told = {row.source_id: row for row in await hubs.list_all(talk.connection)}
    return draw_source(talk.t, source, talk.taxonomy, told.get(number), talk.newsroom.zone)


def _known(name: str) -> str:
    """Answer the name of a policy. Raises Refusal where a button carries none."""
    if name not in POLICIES:
        raise Refusal("button.old")
    return name


DEEDS: dict[str, Deed] = {
    "open": open_source,
    "check": check,
    "again": add_again,
    "pause": pause,
    "resume": resume,
    "sure": be_sure,
    "remove": remove,
    "policy": show_policy,
    "say": say,
    "ask": ask,
}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("sources", list_or_change),
    CommandHandler("addsource", add),
]
