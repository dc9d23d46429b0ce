"""What people see when they choose: the first run and the pickers, each a text and its buttons.

    home ─▶ subjects ─▶ regions ─▶ r:central-asia      chosen by ➕ and ✅
      └──────────┴─────────┴─▶ rhythm ─▶ done           three taps in all

A screen is a pure function of what the person follows and of what there is, so the same message is edited in place, and
one that is old heals at the next press. A new screen is a function and a line of `SCREENS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Act, Press
from bot.keyboards import Row, in_columns, language_row, make_button, make_keyboard, pages_row
from locales import Html, Texts
from newsroom.taxonomy import CHINA, Kind, Taxonomy, Topic

BUSIEST = 6
FIRST_CHOICE = ("s:diplomacy", "s:economy", "s:trade", "s:belt-road", "s:technology", "s:culture")
PAGE = 20  # topics on a page
CHOSEN, NOT_CHOSEN, MUTED = "✅", "➕", "🔇"


@dataclass(frozen=True, slots=True)
class View:
    """What a screen is drawn from."""

    t: Texts
    taxonomy: Taxonomy
    follows: Mapping[str, bool]  # tag → muted
    busy: Mapping[str, int] = field(default_factory=dict)  # tag → articles of the last 90 days
    site: str = ""
    silent: bool = False
    sample: bool = False  # an article is on its way as an example

    @property
    def chosen(self) -> list[str]:
        """The tags that are followed."""
        return [tag for tag, muted in self.follows.items() if not muted]


Screen = tuple[str, InlineKeyboardMarkup | None]


def draw(name: str, view: View, page: int = 0) -> Screen:
    """Draw a screen by its name; an unknown one is the picker of subjects."""
    if name.startswith("r:") and name in view.taxonomy.topics:
        return draw_region(view, name, page)
    return SCREENS.get(name, draw_subjects)(view, page)


def draw_home(view: View, _page: int) -> Screen:
    """The first message: everything, the busiest subjects, the way to more, and the languages."""
    ranked = sorted(_shown_subjects(view), key=lambda topic: -view.busy.get(topic.tag, 0))
    by_choice = sorted(ranked, key=lambda topic: topic.tag not in FIRST_CHOICE) if not view.busy else ranked
    rows = [
        [_everything(view, "home")],
        *in_columns(topic_button(view, topic, "home") for topic in by_choice[:BUSIEST]),
        [
            make_button(view.t.plain("button.regions"), Act.GO, "regions"),
            make_button(view.t.plain("button.more"), Act.GO, "subjects"),
        ],
        _onward(view),
        language_row(view.t, "home"),
    ]
    return view.t("start.welcome", site=view.site), make_keyboard(rows)


def draw_subjects(view: View, _page: int) -> Screen:
    """All subjects, and the way to the places."""
    rows = [
        [_everything(view, "subjects")],
        *in_columns(topic_button(view, topic, "subjects") for topic in _shown_subjects(view)),
        [make_button(view.t.plain("button.regions"), Act.GO, "regions")],
        _onward(view),
    ]
    return _with_choice(view, "topics.choose"), make_keyboard(rows)


def draw_regions(view: View, _page: int) -> Screen:
    """The regions, China's provinces, and the way back."""
    regions = [make_button(_name(view, topic), Act.GO, topic.tag) for topic in view.taxonomy.of_kind(Kind.REGION)]
    rows = [
        *in_columns(regions),
        [make_button(view.t.plain("button.provinces"), Act.GO, "provinces")],
        [make_button(view.t.plain("button.back"), Act.GO, "subjects")],
        _onward(view),
    ]
    return _with_choice(view, "topics.regions"), make_keyboard(rows)


def draw_region(view: View, tag: str, page: int) -> Screen:
    """A region: all of it, then its countries and territories."""
    places = _by_name(view, view.taxonomy.in_region(tag))
    whole = [topic_button(view, view.taxonomy.topics[tag], tag, page, view.t.plain("button.whole_region"))]
    text = view.t("topics.region", region=view.taxonomy.name(tag, view.t.language))
    return text, _paged(view, places, tag, page, whole)


def draw_provinces(view: View, page: int) -> Screen:
    """China's inside, then its provinces."""
    places = _by_name(view, view.taxonomy.of_kind(Kind.PROVINCE))
    whole = [topic_button(view, view.taxonomy.topics[CHINA], "provinces", page, view.t.plain("button.whole_china"))]
    return view.t("topics.provinces"), _paged(view, places, "provinces", page, whole)


def draw_rhythm(view: View, _page: int) -> Screen:
    """How news come: with a sound or without."""
    rows = [
        [make_button(view.t.plain("button.instant"), Act.RHYTHM, "sound")],
        [make_button(view.t.plain("button.silent"), Act.RHYTHM, "silent")],
        [make_button(view.t.plain("button.back"), Act.GO, "subjects")],
    ]
    return view.t("start.rhythm"), make_keyboard(rows)


def draw_done(view: View, _page: int) -> Screen:
    """The end of the first run: what will come, and how."""
    how = view.t("start.silent") if view.silent else view.t("start.sound")
    text = view.t("start.done", topics=_listed(view, view.chosen), how=Html(how))
    rows = [
        [
            make_button(view.t.plain("button.topics"), Act.GO, "subjects"),
            make_button(view.t.plain("button.latest"), Act.LATEST),
        ]
    ]
    return f"{text}\n\n{view.t('start.sample')}" if view.sample else text, make_keyboard(rows)


def draw_following(view: View, page: int) -> Screen:
    """What is followed and what is muted; a press ends it."""
    if not view.follows:
        return view.t("following.nothing"), make_keyboard(
            [[make_button(view.t.plain("button.topics"), Act.GO, "subjects")]]
        )
    tags = sorted(view.follows, key=lambda tag: (view.follows[tag], view.taxonomy.name(tag, view.t.language)))
    shown = tags[page * PAGE : (page + 1) * PAGE]
    buttons = [
        make_button(f"{_mark(view, tag)} {view.taxonomy.name(tag, view.t.language)}", Act.LEAVE, tag, "following", page)
        for tag in shown
    ]
    rows = [
        *in_columns(buttons),
        pages_row(view.t, Press(Act.GO, "following", page=page), -(-len(tags) // PAGE)),
        [make_button(view.t.plain("button.topics"), Act.GO, "subjects")],
    ]
    muted = [tag for tag, is_muted in view.follows.items() if is_muted]
    text = view.t("following.list", topics=_listed(view, view.chosen))
    if muted:
        text += "\n" + view.t("following.muted", topics=_listed(view, muted))
    return f"{text}\n\n{view.t('following.hint')}", make_keyboard(rows)


def draw_languages(view: View, _page: int) -> Screen:
    """The languages of the interface."""
    return view.t("language.choose"), make_keyboard(in_columns(language_row(view.t, "languages")))


SCREENS: dict[str, Callable[[View, int], Screen]] = {
    "home": draw_home,
    "subjects": draw_subjects,
    "regions": draw_regions,
    "provinces": draw_provinces,
    "rhythm": draw_rhythm,
    "done": draw_done,
    "following": draw_following,
    "languages": draw_languages,
}


def topic_button(view: View, topic: Topic, screen: str, page: int = 0, label: str = "") -> InlineKeyboardButton:
    """Answer the button that follows a topic, or no longer."""
    act = Act.LEAVE if topic.tag in view.follows else Act.FOLLOW
    return make_button(f"{_mark(view, topic.tag)} {label or _name(view, topic)}", act, topic.tag, screen, page)


def _mark(view: View, tag: str) -> str:
    if tag not in view.follows:
        return NOT_CHOSEN
    return MUTED if view.follows[tag] else CHOSEN


def _everything(view: View, screen: str) -> InlineKeyboardButton:
    topic = view.taxonomy.topics["all"]
    if topic.tag in view.follows:
        return topic_button(view, topic, screen)
    return make_button(view.t.plain("button.everything"), Act.FOLLOW, topic.tag, screen)


def _onward(view: View) -> Row:
    """Answer the button to the next step, which is there as soon as something is chosen."""
    return [make_button(view.t.plain("button.onward"), Act.GO, "rhythm")] if view.chosen else []


def _paged(view: View, topics: list[Topic], screen: str, page: int, first: Row) -> InlineKeyboardMarkup | None:
    shown = topics[page * PAGE : (page + 1) * PAGE]
    rows = [
        first,
        *in_columns(topic_button(view, topic, screen, page) for topic in shown),
        pages_row(view.t, Press(Act.GO, screen, page=page), -(-len(topics) // PAGE)),
        [make_button(view.t.plain("button.back"), Act.GO, "regions")],
        _onward(view),
    ]
    return make_keyboard(rows)


def _shown_subjects(view: View) -> list[Topic]:
    """Answer the subjects with something in them, and all of them while the archive is young."""
    subjects = view.taxonomy.of_kind(Kind.SUBJECT)
    alive = [topic for topic in subjects if view.busy.get(topic.tag) or topic.tag in view.follows]
    return alive if sum(topic.tag in view.busy for topic in subjects) > BUSIEST else subjects


def _by_name(view: View, topics: list[Topic]) -> list[Topic]:
    """Order topics as a dictionary of the language would, near enough: by name, an Arabic article left out."""
    return sorted(topics, key=lambda topic: _name(view, topic).removeprefix("ال"))


def _name(view: View, topic: Topic) -> str:
    return view.taxonomy.name(topic.tag, view.t.language)


def _with_choice(view: View, key: str) -> str:
    text = view.t(key)
    return f"{text}\n\n{view.t('topics.chosen', topics=_listed(view, view.chosen))}" if view.chosen else text


def _listed(view: View, tags: list[str]) -> Html:
    """Answer the names of topics, the first dozen of them."""
    shown = [view.t("list.item", name=view.taxonomy.name(tag, view.t.language)) for tag in tags[:12]]
    more = [view.t.count("list.more", len(tags) - len(shown))] if len(tags) > len(shown) else []
    return Html(view.t.plain("list.comma").join([*shown, *more]))
