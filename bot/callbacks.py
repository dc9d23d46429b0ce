"""What a button carries: the one encoder and decoder of callback data.

    1|follow|s:diplomacy|home|0      version | act | what | screen | page
    1|go|subjects||0@12              the same for the channel with this number, set by an editor (`OF_CHANNELS`)

At most 64 bytes (Bot API, InlineKeyboardButton). It only says what was on the button: who may do it is looked up when
it is pressed, and data that we did not write is refused. A new act is a member of `Act`.
"""

from dataclasses import dataclass
from enum import StrEnum

from newsroom.text import read_number

VERSION = "1"
LONGEST = 64  # bytes
PARTS = 5
LONGEST_PAGE, LONGEST_NUMBER = 4, 10  # digits
ANEW = "new"  # the screen of a press whose answer is a message of its own


class Act(StrEnum):
    """What a press does."""

    GO = "go"  # show a screen
    FOLLOW = "follow"  # follow a topic, and show the screen again; pressed twice it is followed once
    LEAVE = "leave"  # follow or mute it no longer, and show the screen again
    SPEAK = "speak"  # choose the language, and show the screen again
    SET = "set"  # let a preference be as it says (`newsroom/preferences.py`), and show the screen again
    ASK = "ask"  # wait for what is typed: the name of a topic, a city
    COMMAND = "do"  # carry out a command on a topic: the choice among several that were meant
    ABOUT = "about"  # show the topics of an article
    LATEST = "latest"  # another page of the newest articles
    READ = "read"  # another page of an article, or the article below what was pressed
    DIGEST = "digest"  # another page of a digest
    SEARCH = "search"  # another page of hits
    NARROW = "narrow"  # fewer hits: of a topic, or of the last days
    DROP = "drop"  # leave a prompt
    MYDATA = "mydata"  # send all that is kept on who pressed it
    FORGET = "forget"  # ask whether to erase all that is kept, erase it, or leave it; done twice it changes nothing
    PUSH = "push"  # resume or cancel a push that waits for a person; done once
    SOURCE = "source"  # show sources or one, say something of it, read it, remove it (`bot/handlers/sources.py`)
    PUSHES = "pushes"  # show the pushes, or pause, resume, cancel one, or repeat nothing of it; done twice it is once
    WORDS = "words"  # show a topic's words, try another version of them, apply or drop what was tried; done once
    FILED = "filed"  # leave the topics of an article to its words again; done twice it changes nothing
    GATE = "gate"  # let an article through, keep it back or write it anew, its version as the page; done once
    ARTICLE = "desk"  # do with an article what the screen says, its version as the page (`bot/handlers/dossiers.py`)
    WITHDRAWN = "withdrawn"  # take an article back as its source did, or keep it; done once
    REPLY = "reply"  # ask for a reply to an article
    TAKE = "take"  # take what was typed for a reply to an article, or look for it
    DRAFT = "draft"  # send a draft, ask for other words or a name, drop it; its version as the page; done once
    MINE = "mine"  # show one's own replies, change, withdraw, accept, appeal; its version as the page; done once
    REPLIES = "replies"  # another page of the replies to an article
    PUBLIC = "public"  # show a public reply, ask for an answer to it, report it; reported twice it is reported once
    CARD = "card"  # do with a reply what the screen says, its version as the page (`bot/handlers/moderating.py`)
    WAVE = "wave"  # look at a wave, decide on all that was seen of it, or undo that; the second is told who was first
    BANS = "bans"  # end a ban, or let one stand that is appealed; done twice it changes nothing
    CLOSED = "closed"  # let an article or a topic take replies again; done twice it changes nothing
    BLOCKED = "blocked"  # block a word no more; done twice it changes nothing
    ROLE = "role"  # make somebody a moderator, or leave it; done twice it changes nothing
    STAFF = "staff"  # show the staff, give or take a role, make a link or take it back (`bot/handlers/staffing.py`)
    INVITED = "invited"  # accept the role of a link, or do not; done once
    AUDIT = "audit"  # another page of the audit
    SHARED = "shared"  # say what became of a reply's post that nobody could tell about; done once
    HEAR = "hear"  # follow a discussion, or hear nothing of it; pressed twice it is so once
    CAST = "cast"  # do with a broadcast what the screen says, its version as the page (`bot/handlers/broadcasting.py`)
    STATS = "stats"  # show figures of other days in the message that was pressed
    SETUP = "setup"  # begin a step of the checklist, or give somebody a role; given twice it is given once
    GROUP = "group"  # say what a group is for, into which somebody of the staff brought the bot
    DOUBT = "doubt"  # say what became of a message to a channel that nobody could tell about; done once


# What may be done for a channel: whatever only shows or sets what it gets, and asks for nothing that is typed.
OF_CHANNELS = frozenset({Act.GO, Act.FOLLOW, Act.LEAVE, Act.SPEAK, Act.SET})


@dataclass(frozen=True, slots=True)
class Press:
    """A press, decoded."""

    act: Act
    what: str = ""
    screen: str = ""
    page: int = 0
    whose: int = 0  # the subscriber that it is about, 0 for the one who presses it

    def encode(self) -> str:
        """Answer the callback data. Raises ValueError past Telegram's limit, which is a fault of ours."""
        if not self.fits():
            raise ValueError(f"callback data of more than {LONGEST} bytes: {self._join()}")
        return self._join()

    def _join(self) -> str:
        page = f"{self.page}@{self.whose}" if self.whose else str(self.page)
        return f"{VERSION}|{self.act}|{self.what}|{self.screen}|{page}"

    def fits(self) -> bool:
        """Tell whether a button can carry it: a slug of the operator's may be long."""
        return len(self._join().encode()) <= LONGEST


def decode(data: str | None) -> Press | None:
    """Read callback data; None for what we did not write, or wrote in another version."""
    parts = (data or "").split("|")
    if len(parts) != PARTS or parts[0] != VERSION or parts[1] not in set(Act):
        return None
    said, at, number = parts[4].partition("@")
    page, whose = _read(said, LONGEST_PAGE), _read(number, LONGEST_NUMBER) if at else 0
    if page is None or whose is None or bool(at) != bool(whose):
        return None
    return Press(Act(parts[1]), parts[2], parts[3], page, whose)


def _read(said: str, longest: int) -> int | None:
    return read_number(said) if len(said) <= longest else None
