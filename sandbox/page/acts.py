"""What people do on the page, each a verb: a function of the sandbox, the person, and what was told with it.

A new act is a function in ACTS; one that is nobody's, in OF_NOBODY. What cannot be done raises, and the page says so;
nothing is changed then.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.channels import Channel
from sandbox.clock import Clock
from sandbox.communities import Community
from sandbox.faults import Fault, FaultKind
from sandbox.formatting import format_plain
from sandbox.groups import Group
from sandbox.methods.media import LARGEST_ALBUM, LONGEST_CAPTION, LONGEST_QUESTION, MOST_OPTIONS, SMALLEST_ALBUM
from sandbox.page.views import is_admin_of
from sandbox.people import Person, press
from sandbox.screen import VisibleChat, show
from sandbox.sending import make_album, make_photo, make_poll
from sandbox.server import Sandbox
from sandbox.world import Json

LANGUAGES = ("ar", "en", "zh", "fr")
LONGEST_NAME = 64
LONGEST_OPTION = 100  # Bot API, InputPollOption
FIRST_NEWCOMER = 5001  # the id of the first person who is added on the page
FIRST_COMMUNITY = -1_009_000_000_001


class ImpossibleError(ValueError):
    """Somebody wants what cannot be done, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done: by whom, where, and what the page told with it."""

    telegram: Sandbox
    person: Person
    chat: VisibleChat
    told: Json

    def text(self, name: str = "text", longest: int = 4096) -> str:
        """Answer a text that was told; neither nothing nor too much."""
        value = str(self.told.get(name, "")).strip()
        if not 0 < len(value) <= longest:
            raise ImpossibleError(f"{name} is empty or too long")
        return value

    def caption(self) -> str:
        """Answer the words that go with a picture, if any were told."""
        return str(self.told.get("text", "")).strip()[:LONGEST_CAPTION]

    def number(self, name: str) -> int:
        """Answer a number that was told, 0 for none."""
        value = self.told.get(name, 0)
        if not isinstance(value, int):
            raise ImpossibleError(f"{name} is no number")
        return value


def act(telegram: Sandbox, told: Json) -> Json:
    """Do what was told; answers what the page has to know at once."""
    if made := OF_NOBODY.get(told.get("act", "")):
        return made(telegram, told)
    person = telegram.world.chats.get(told.get("person", 0))
    chat = telegram.world.chats.get(told.get("chat", 0), person)
    if not isinstance(person, Person) or not isinstance(chat, VisibleChat):
        raise ImpossibleError("nobody of that number")
    if isinstance(chat, Person) and chat is not person:
        raise ImpossibleError("somebody else's chat")
    return ACTS[told.get("act", "")](Deed(telegram, person, chat, told)) or {}


def _add_person(telegram: Sandbox, told: Json) -> Json:
    name = str(told.get("name", "")).strip()[:LONGEST_NAME]
    language = told.get("language")
    if not name or language not in LANGUAGES:
        raise ImpossibleError("a person has a name and a language")
    number = next(n for n in range(FIRST_NEWCOMER, FIRST_NEWCOMER + 10_000) if n not in telegram.world.chats)
    return {"person": telegram.person(number, first_name=name, language=language).id}


def _pass_time(telegram: Sandbox, told: Json) -> Json:
    """Move the clock, where it can be moved; answers the time."""
    if not isinstance(telegram.clock, Clock):
        raise ImpossibleError("this clock cannot be moved")
    telegram.clock.passes(float(told["seconds"]))
    return {"now": telegram.clock()}


def _add_fault(telegram: Sandbox, told: Json) -> Json:
    """Let something go wrong: the fields of Fault, by their names."""
    fields = {name: value for name, value in told.items() if name not in {"act", "kind"}}
    telegram.faults.add(Fault(FaultKind(told["kind"]), **fields))
    return {}


def _clear_faults(telegram: Sandbox, _told: Json) -> Json:
    telegram.faults.clear()
    return {}


def _write(deed: Deed) -> None:
    text, reply_to = deed.text(), deed.number("reply_to") or None
    if isinstance(deed.chat, Person):
        deed.person.writes(text, reply_to=reply_to)
    elif isinstance(deed.chat, Group):
        deed.chat.hears(deed.person, text, reply_to=reply_to)
    elif isinstance(deed.chat, Channel) and is_admin_of(deed.chat, deed.person):
        deed.chat.posts(text)
    else:
        raise ImpossibleError("cannot write here")


def _press(deed: Deed) -> Json:
    """Press a button by its place, if it still says what it said when it was pressed."""
    message = deed.chat.messages[deed.number("message")]
    shown = show(message)
    button = shown.keyboard[deed.number("row")][deed.number("column")]
    if button.text != deed.told.get("label"):
        raise ImpossibleError("the button has changed")
    _must_be_in(deed)
    return {"query": press(deed.chat, deed.person, shown, button)}


def _must_be_in(deed: Deed) -> None:
    if isinstance(deed.chat, Community) and deed.person.id not in deed.chat.people:
        raise ImpossibleError("not a member")


def _follow(deed: Deed) -> None:
    deed.person.follows(deed.text("link"))


def _send(deed: Deed, *contents: Json) -> None:
    """Send contents into a private chat or a group."""
    for content in contents:
        if isinstance(deed.chat, Person):
            deed.person.sends(content, reply_to=deed.number("reply_to") or None)
        elif isinstance(deed.chat, Group):
            deed.chat.takes(deed.person, content, reply_to=deed.number("reply_to") or None)
        else:
            raise ImpossibleError("cannot send that here")


def _send_photo(deed: Deed) -> None:
    _send(deed, make_photo(deed.telegram.world, deed.caption()))


def _send_album(deed: Deed) -> None:
    """Send so many photos as one."""
    count = deed.number("count")
    if not SMALLEST_ALBUM <= count <= LARGEST_ALBUM:
        raise ImpossibleError("an album has two to ten pictures")
    _send(deed, *make_album(deed.telegram.world, count, deed.caption()))


def _send_poll(deed: Deed) -> None:
    """Ask a question; of the options, those that are empty do not count."""
    given = [str(option).strip()[:LONGEST_OPTION] for option in deed.told.get("options", ())]
    options = [option for option in given if option]
    if not 1 < len(options) <= MOST_OPTIONS:
        raise ImpossibleError("a poll has two to twelve options")
    _send(deed, make_poll(deed.telegram.world, deed.text("question", LONGEST_QUESTION), options))


def _type(deed: Deed) -> None:
    """Type after the bot's name."""
    deed.person.types(str(deed.told.get("text", ""))[:256])


def _pick(deed: Deed) -> None:
    """Send what was offered into the chat with the bot."""
    deed.person.picks(deed.text("result"))


def _own(deed: Deed) -> int:
    """Answer the number of a message that is the person's own."""
    message = deed.chat.messages[deed.number("message")]
    if not message.sender or message.sender["id"] != deed.person.id:
        raise ImpossibleError("somebody else's message")
    return message.id


def _edit(deed: Deed) -> None:
    number, text = _own(deed), deed.text()
    if isinstance(deed.chat, Person):
        deed.chat.edits(number, text)
        return
    message = deed.chat.messages[number]
    message.content, message.edited_at = format_plain(text), deed.telegram.clock()


def _delete(deed: Deed) -> None:
    """Delete a message: in a private chat any, elsewhere one's own."""
    number = deed.number("message") if isinstance(deed.chat, Person) else _own(deed)
    del deed.chat.messages[number]


def _vote(deed: Deed) -> None:
    deed.person.votes(deed.chat, deed.number("message"), deed.number("option"))


def _react(deed: Deed) -> None:
    """Give a reaction, or take it back with an empty one."""
    _must_be_in(deed)
    deed.person.reacts(deed.chat, deed.number("message"), str(deed.told.get("emoji", "")))


def _block(deed: Deed) -> None:
    deed.person.blocks()


def _unblock(deed: Deed) -> None:
    deed.person.unblocks()


def _speak(deed: Deed) -> None:
    """Set the language of a person's Telegram."""
    if deed.told.get("language") not in LANGUAGES:
        raise ImpossibleError("no language of ours")
    deed.person.user["language_code"] = deed.told["language"]


def _found_group(deed: Deed) -> Json:
    """Make a group with the bot in it, as an administrator."""
    group = deed.telegram.group(_free_id(deed.telegram), title=deed.text("title", LONGEST_NAME))
    group.adds_bot(deed.person, as_admin=True)
    return {"chat": group.id}


def _found_channel(deed: Deed) -> Json:
    """Make a channel with the bot as an administrator."""
    channel = deed.telegram.channel(_free_id(deed.telegram), title=deed.text("title", LONGEST_NAME))
    channel.promotes_bot(deed.person)
    return {"chat": channel.id}


def _free_id(telegram: Sandbox) -> int:
    number = FIRST_COMMUNITY
    while number in telegram.world.chats:
        number -= 1
    return number


def _join(deed: Deed) -> None:
    if isinstance(deed.chat, Group):
        deed.chat.admits(deed.person)
    elif isinstance(deed.chat, Channel):
        deed.chat.invite(deed.person)


def _leave(deed: Deed) -> None:
    if isinstance(deed.chat, Group | Channel):
        deed.chat.people.pop(deed.person.id, None)


OF_NOBODY: dict[str, Callable[[Sandbox, Json], Json]] = {
    "add person": _add_person,
    "pass time": _pass_time,
    "add fault": _add_fault,
    "clear faults": _clear_faults,
}
ACTS: dict[str, Callable[[Deed], Json | None]] = {
    "write": _write,
    "press": _press,
    "follow": _follow,
    "photo": _send_photo,
    "album": _send_album,
    "poll": _send_poll,
    "type": _type,
    "pick": _pick,
    "edit": _edit,
    "delete": _delete,
    "vote": _vote,
    "react": _react,
    "block": _block,
    "unblock": _unblock,
    "speak": _speak,
    "found group": _found_group,
    "found channel": _found_channel,
    "join": _join,
    "leave": _leave,
}
