"""`/topicwords`: editors see and change the words of topics, in private. The role is looked up at the act.

    /topicwords                          the topics of which editors said something
    /topicwords economy                  its words, what was said of it, and the versions
    /topicwords economy + sukuk - bank   tried on the newest articles first; ✅ applies it
    /topicwords history economy          all that was ever said of it, as a file
    /topicwords restore economy 3        what the third version said, tried first
    /topicwords explain A title          what an article with this title would be about, and why
    /topicwords export                   what is said of topics, as a file; `load` takes one (`uploading.py`)

The same words as `qasid topics`; `qasid topics of` is `/topicsof`. What is written is a row (`proposals`);
`jobs/retag.py` tries it and the desk shows what it would do.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Press
from bot.filing import draw_explained
from bot.handlers.deciding import require_role
from bot.handlers.uploading import ask_for_file
from bot.keyboards import in_columns, make_keyboard
from bot.talk import Talk, echo
from bot.topicwords import SHOWN_VERSIONS, draw_list, draw_topic, show_button
from bot.view import Screen
from db.store import articles, staff, topics
from db.store.probes import TOPICS
from db.store.topics import Asker, Proposal
from newsroom.amendments import Amendment, edited, read_edits
from newsroom.articles import ParsedArticle
from newsroom.errors import Refusal
from newsroom.names import read_signed
from newsroom.roles import Role
from newsroom.taxonomy import ALL, Topic
from newsroom.text import read_number
from newsroom.topicfiles import write_topics


async def show_or_propose(_update: Update, talk: Talk) -> None:
    """List the topics with words of editors, show one, or propose other words for it."""
    await require_editor(talk)
    word, _, rest = talk.argument.partition(" ")
    if (meant := SAID.get(word)) and meant.is_meant(rest.strip()):
        await meant.deed(talk, rest.strip())
        return
    name, edits = read_edits(talk.argument, talk.t.language)
    if not name:
        said = await topics.list_in_force(talk.connection)
        tags = talk.taxonomy.in_order((tag for tag in said if said[tag] != Amendment()), talk.t.language)
        talk.say(*draw_list(talk.t, talk.taxonomy, tags))
        return
    found = find_topics(talk, name)
    if len(found) > 1:
        buttons = (show_button(talk.t, talk.taxonomy, topic.tag) for topic in found)
        talk.say(talk.t("topicwords.which", name=echo(name)), make_keyboard(in_columns(buttons)))
    elif edits:
        said = await topics.list_in_force(talk.connection)
        tag = found[0].tag
        changed = edited(said.get(tag, Amendment()), shipped(talk, tag), edits)
        await propose(talk, tag, changed)
    else:
        talk.say(*await draw(talk, found[0].tag))


def find_topics(talk: Talk, name: str) -> list[Topic]:
    """Answer the topics that a name or a tag may mean. Raises Refusal where there is none."""
    tagged = talk.taxonomy.topics.get(name)
    found = [topic for topic in ([tagged] if tagged else talk.newsroom.directory.find(name)) if topic.tag != ALL]
    if not found:
        raise Refusal("follow.unknown", name=echo(name))
    return found


async def press_words(talk: Talk, press: Press) -> None:
    """Do what a button about words says."""
    await require_editor(talk)
    if press.screen == "show":
        talk.say(*await draw(talk, press.what))
    elif press.screen in FILES:
        await SAID[press.screen].deed(talk, press.what)
    elif talk.visit.is_late:
        raise Refusal("button.old")
    elif press.screen == "restore":
        await restore(talk, press.what, press.page)
    elif deed := DEEDS.get(press.screen):
        await deed(talk, await find_proposal(talk, press.what))


async def restore(talk: Talk, tag: str, version: int) -> None:
    """Propose what an older version said; version 0 is as shipped."""
    said = await topics.find_version(talk.connection, tag, version)
    newest = await topics.find_version(talk.connection, tag, await topics.find_newest(talk.connection, tag))
    if said is None or said == newest:
        raise Refusal("topicwords.same")
    await propose(talk, tag, said)


async def export(talk: Talk, _rest: str) -> None:
    """Send what is said of topics, in the form that `load` takes."""
    said = await topics.list_in_force(talk.connection)
    if text := write_topics(said):
        talk.send_file("topics.toml", text, talk.t("topicwords.exported"))
    else:
        talk.say(talk.t("topicwords.untouched"))


async def load(talk: Talk, _rest: str) -> None:
    """Wait for a file that says something of topics."""
    await ask_for_file(talk, TOPICS)


async def send_history(talk: Talk, rest: str) -> None:
    """Send all that was ever said of a topic."""
    tag = find_topic(talk, rest).tag
    if text := await topics.write_history(talk.connection, tag):
        name = talk.taxonomy.name(tag, talk.t.language)
        talk.send_file("history.txt", text, talk.t("topicwords.history", topic=name))
    else:
        talk.say(talk.t("topicwords.nothing"))


async def restore_typed(talk: Talk, rest: str) -> None:
    """Propose what an older version said, by its number."""
    name, _, number = rest.rpartition(" ")
    version = read_number(number)
    if version is None or not name:
        raise Refusal("topicwords.restore")
    await restore(talk, find_topic(talk, name.strip()).tag, version)


async def explain(talk: Talk, rest: str) -> None:
    """Say what an article would be about: its title on the first line, its lead below."""
    title, _, lead = rest.partition("\n")
    found = (await talk.newsroom.topics.classifier()).classify(ParsedArticle("", "", title.strip(), lead.strip()))
    why = {tag: found.why.get(tag, []) for tag in found.tags}
    talk.say(*draw_explained(talk.t, title, why, talk.taxonomy))


def find_topic(talk: Talk, name: str) -> Topic:
    """Answer the topic that a name means. Raises Refusal where it means none, or several."""
    found = find_topics(talk, name)
    if len(found) > 1:
        raise Refusal("topicsof.which", name=echo(name), tags=" ".join(topic.tag for topic in found))
    return found[0]


@dataclass(frozen=True, slots=True)
class Said:
    """What a word after the command does; `is_of_one` where it is followed by what it is about."""

    deed: Callable[[Talk, str], Awaitable[None]]
    is_of_one: bool = True

    def is_meant(self, rest: str) -> bool:
        """Tell whether the word is this one, and not the name of a topic whose words are edited."""
        return bool(read_signed(rest)[0]) if self.is_of_one else not rest


SAID: dict[str, Said] = {
    "export": Said(export, is_of_one=False),
    "load": Said(load, is_of_one=False),
    "history": Said(send_history),
    "restore": Said(restore_typed),
    "explain": Said(explain),
}
FILES = {"export", "load", "history"}  # that buttons ask for too


async def propose(talk: Talk, tag: str, said: Amendment) -> None:
    """Let other words be tried; what they would do is told by a message of its own."""
    asker = Asker(talk.chat_id, talk.t.language)
    await topics.propose(talk.connection, tag, said, asker, talk.visit.now)
    talk.say(talk.t("topicwords.trying"))


async def apply(talk: Talk, proposal: Proposal) -> None:
    """Bring a proposal into force, unless the topic was changed since it was tried."""
    await articles.lock_desk(talk.connection)  # one version after the other
    if await topics.find_newest(talk.connection, proposal.tag) != proposal.base:
        raise Refusal("topicwords.void")
    if not await topics.advance(talk.connection, proposal, "applied"):
        raise Refusal("desk.settled")
    now, actor = talk.visit.now, str(talk.user_id)
    version = await topics.put(talk.connection, proposal.tag, proposal.said, actor, now)
    await staff.note(talk.connection, staff.Act(actor, "change topic", proposal.tag, f"version {version}"), now)
    name = talk.taxonomy.name(proposal.tag, talk.t.language)
    talk.redraw(talk.t("topicwords.applied", topic=name, version=version))


async def drop(talk: Talk, proposal: Proposal) -> None:
    """Leave the words as they are."""
    if not await topics.end(talk.connection, proposal):
        raise Refusal("desk.settled")
    talk.redraw(talk.t("topicwords.dropped"))


DEEDS: dict[str, Callable[[Talk, Proposal], Awaitable[None]]] = {"apply": apply, "drop": drop}


async def find_proposal(talk: Talk, number: str) -> Proposal:
    """Answer the proposal of a button. Raises Refusal for one that was decided on."""
    proposal = await topics.find_proposal(talk.connection, read_number(number) or 0)
    if proposal is None or proposal.state != "shown":
        raise Refusal("desk.settled")
    return proposal


async def draw(talk: Talk, tag: str) -> Screen:
    """Draw a topic as it stands."""
    versions = await topics.list_versions(talk.connection, tag, SHOWN_VERSIONS)
    name = talk.taxonomy.name(tag, talk.t.language)
    return draw_topic(talk.t, name, shipped(talk, tag), versions, talk.newsroom.zone)


def shipped(talk: Talk, tag: str) -> Topic:
    """Answer a topic as it comes with the program; one of our own comes with nothing."""
    return talk.newsroom.topics.shipped.topics.get(tag) or Topic(tag, {})


async def require_editor(talk: Talk) -> None:
    """Raise Refusal for whoever is no editor, and outside a private chat: others would read it there."""
    await require_role(talk, Role.EDITOR)
    if not talk.is_private:
        raise Refusal("staff.private")


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("topicwords", show_or_propose),
]
