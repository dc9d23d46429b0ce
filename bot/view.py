"""What screens are drawn from, and how topics and keywords look on them.

A view is read once for each act (`bot/handlers/views.py`); whatever is drawn from it is a pure function of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Act
from bot.keyboards import make_button
from locales import Html, Texts
from newsroom.keywords import is_keyword
from newsroom.readers import EVERY_LANGUAGE, Rhythm, Schedule
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.text import fold

LISTED = 12  # names in a text
CHOSEN, NOT_CHOSEN, MUTED = "✅", "➕", "🔇"
Said = Mapping[str, str]  # tag of a keyword → as it is shown
NOTHING_SAID: Said = {}
LONG_AGO = datetime.fromtimestamp(0, UTC)
Screen = tuple[str, InlineKeyboardMarkup | None]  # a text as HTML, and its buttons


@dataclass(frozen=True, slots=True)
class Subject:
    """A channel that an editor sets: its screens name it, and their buttons carry its number."""

    id: int
    chat_id: int
    t: Texts  # in which it is spoken to


@dataclass(frozen=True, slots=True)
class View:
    """What a screen is drawn from."""

    t: Texts
    taxonomy: Taxonomy
    follows: Mapping[str, bool]  # tag → muted
    busy: Mapping[str, int] = field(default_factory=dict)  # tag → articles of the last 90 days
    site: str = ""
    lately: Mapping[str, int] = field(default_factory=dict)  # tag → articles of the last 30 days
    schedule: Schedule = Schedule(Rhythm.INSTANT, "UTC")  # noqa: RUF009  (frozen)
    reads: int = EVERY_LANGUAGE
    announcements: bool = True  # wants what editors send by themselves
    paused_until: datetime | None = None  # none where it is over
    now: datetime = LONG_AGO
    is_private: bool = True  # what is typed is read
    stopped: bool = False  # nothing is sent until the person comes back
    sample: bool = False  # an article is on its way as an example
    keywords: Said = field(default_factory=dict)  # those that are followed or muted
    subject: Subject | None = None  # whom the screen sets, where that is not the one who looks at it

    @property
    def spoken(self) -> Texts:
        """The language and digits that a screen sets, which need not be those that it is written in."""
        return self.subject.t if self.subject else self.t

    @property
    def chosen(self) -> list[str]:
        """The tags that are followed, in the order in which they are shown."""
        return self._in_order(muted=False)

    @property
    def muted(self) -> list[str]:
        """The tags that are muted, in the order in which they are shown."""
        return self._in_order(muted=True)

    def _in_order(self, *, muted: bool) -> list[str]:
        tags = [tag for tag, is_muted in self.follows.items() if is_muted == muted]
        topics = self.taxonomy.in_order((tag for tag in tags if not is_keyword(tag)), self.t.language)
        return topics + sorted(filter(is_keyword, tags), key=lambda tag: fold(self.name(tag)))

    def name(self, tag: str) -> str:
        """Answer what a topic is called in the language of the view, or a keyword in its quotes."""
        return name_tag(self.taxonomy, self.t, tag, self.keywords)

    def list_names(self, tags: Sequence[str]) -> Html:
        """Answer the names of topics and keywords, the first dozen of them."""
        return name_topics(self.taxonomy, self.t, tags, self.keywords)


def topic_button(view: View, topic: Topic, screen: str, page: int = 0, label: str = "") -> InlineKeyboardButton:
    """Answer the button that follows a topic, or no longer."""
    act = Act.LEAVE if topic.tag in view.follows else Act.FOLLOW
    label = count_lately(view, f"{mark(view, topic.tag)} {label or view.name(topic.tag)}", topic)
    return make_button(label, act, topic.tag, screen, page)


def count_lately(view: View, label: str, topic: Topic) -> str:
    """Answer a label with how many articles its topic has had lately, where it has had any."""
    count = view.lately.get(topic.tag)
    return f"{label} · {view.t.number(count)}" if count else label


def mark(view: View, tag: str) -> str:
    """Answer what stands before a topic: whether it is followed, muted or neither."""
    if tag not in view.follows:
        return NOT_CHOSEN
    return MUTED if view.follows[tag] else CHOSEN


def name_tag(taxonomy: Taxonomy, t: Texts, tag: str, keywords: Said = NOTHING_SAID) -> str:
    """Answer what is shown for a tag: the name of a topic, or a keyword in its quotes."""
    return t.plain("list.quoted", name=keywords[tag]) if tag in keywords else taxonomy.name(tag, t.language)


def name_topics(taxonomy: Taxonomy, t: Texts, tags: Sequence[str], keywords: Said = NOTHING_SAID) -> Html:
    """Answer the names of topics and keywords, the first dozen of them."""
    shown = [t("list.item", name=name_tag(taxonomy, t, tag, keywords)) for tag in tags[:LISTED]]
    more = [t.count("list.more", len(tags) - len(shown))] if len(tags) > len(shown) else []
    return Html(t.plain("list.comma").join([*shown, *more]))
