"""What people see when they choose: the first run and the pickers, each a text and its buttons.

    home ─▶ subjects ─▶ regions ─▶ r:central-asia      chosen by ➕ and ✅
      └──────────┴─────────┴─▶ rhythm ─▶ done           three taps in all        settings

A screen is a pure function of what the person follows and of what there is, so the same message is edited in place, and
one that is old heals at the next press. A new screen is a function and a line of `SCREENS`.
"""

from collections.abc import Callable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import ANEW, Act, Press
from bot.channels import address
from bot.keyboards import Row, in_columns, language_row, make_button, make_keyboard, pages_row
from bot.preferences import PRESENT, SETTINGS, add_pause
from bot.standing import describe_schedule
from bot.view import CHOSEN, Screen, View, count_lately, mark, topic_button
from newsroom.cutting import shorten
from newsroom.preferences import WAY_NAMES
from newsroom.taxonomy import ALL, CHINA, Kind, Topic

FIRST = "home"  # where everything is offered as a daily digest, for that is what suits most who want all
BUSIEST = 6
FIRST_CHOICE = ("s:diplomacy", "s:economy", "s:trade", "s:belt-road", "s:technology", "s:culture")
PAGE = 20  # topics on a page
LABEL = 36  # characters of a name on a button
# How news may come, as the first run asks: what is set, by its words.
FIRST_RHYTHMS = {
    "sound": "button.instant",
    "silent": "button.silent",
    "hourly": "button.hourly",
    "daily": "button.daily",
    "weekly": "button.weekly",
}
REGION = "🌍"


def draw(name: str, view: View, page: int = 0) -> Screen:
    """Draw a screen by its name; an unknown one is the picker of subjects.

    On each a pause is told, with its end, and the channel that it sets if it sets one.
    """
    if name.startswith("r:") and name in view.taxonomy.topics:
        screen = draw_region(view, name, page)
    else:
        screen = SCREENS.get(name, draw_subjects)(view, page)
    return address(view, add_pause(view, screen, name, page))


def draw_home(view: View, _page: int) -> Screen:
    """The first message: everything, the busiest subjects, the way to more, and the languages."""
    ranked = sorted(_shown_subjects(view), key=lambda topic: -view.busy.get(topic.tag, 0))
    by_choice = sorted(ranked, key=lambda topic: topic.tag not in FIRST_CHOICE) if not view.busy else ranked
    rows = [
        [_everything(view, FIRST)],
        *in_columns(topic_button(view, topic, "home") for topic in by_choice[:BUSIEST]),
        [make_button(view.t.plain("button.regions"), Act.GO, "regions")],
        [make_button(view.t.plain("button.more"), Act.GO, "subjects")],
        _find(view, FIRST),
        _onward(view),
        language_row(view.spoken, "home"),
    ]
    return _with_choice(view, view.t("start.welcome", site=view.site)), make_keyboard(rows)


def draw_subjects(view: View, _page: int) -> Screen:
    """All subjects, and the way to the places."""
    rows = [
        [_everything(view, "subjects")],
        *in_columns(topic_button(view, topic, "subjects") for topic in _shown_subjects(view)),
        [make_button(view.t.plain("button.regions"), Act.GO, "regions")],
        _find(view, "subjects"),
        _onward(view),
        language_row(view.spoken, "subjects"),
    ]
    return _with_choice(view, view.t("topics.choose")), make_keyboard(rows)


def draw_regions(view: View, _page: int) -> Screen:
    """The regions, China's provinces, and the way back."""
    rows = [
        *in_columns(_region_button(view, topic) for topic in view.taxonomy.of_kind(Kind.REGION)),
        [make_button(view.t.plain("button.provinces"), Act.GO, "provinces")],
        _find(view, "regions"),
        [make_button(view.t.plain("button.back"), Act.GO, "subjects")],
        _onward(view),
    ]
    return _with_choice(view, view.t("topics.regions")), make_keyboard(rows)


def draw_region(view: View, tag: str, page: int) -> Screen:
    """A region: all of it, then its countries and territories."""
    whole = [topic_button(view, view.taxonomy.topics[tag], tag, page, view.t.plain("button.whole_region"))]
    text = view.t("topics.region", region=view.name(tag))
    return _with_choice(view, text), _paged(view, view.taxonomy.in_region(tag), tag, page, whole)


def draw_provinces(view: View, page: int) -> Screen:
    """China's inside, then its provinces."""
    places = view.taxonomy.of_kind(Kind.PROVINCE)
    whole = [topic_button(view, view.taxonomy.topics[CHINA], "provinces", page, view.t.plain("button.whole_china"))]
    return _with_choice(view, view.t("topics.provinces")), _paged(view, places, "provinces", page, whole)


def draw_rhythm(view: View, _page: int) -> Screen:
    """How news come: at once, with a sound or without, or as a digest; what holds now is marked."""
    present = WAY_NAMES.get((view.schedule.rhythm, view.schedule.silent), view.schedule.rhythm.value)
    rows = [
        *(
            [make_button(view.t.plain(key) + PRESENT * (way == present), Act.SET, f"rhythm:{way}")]
            for way, key in FIRST_RHYTHMS.items()
        ),
        [make_button(view.t.plain("button.back"), Act.GO, "subjects")],
        language_row(view.spoken, "rhythm"),
    ]
    return view.t("start.rhythm"), make_keyboard(rows)


def draw_done(view: View, page: int) -> Screen:
    """The end of the first run: what will come, and how; the picker again where nothing is chosen."""
    if not view.chosen:
        return draw_subjects(view, page)
    how = describe_schedule(view.t, view.schedule)
    everything = ALL in view.chosen
    text = (
        view.t("start.done_all", how=how)
        if everything
        else view.t("start.done", topics=view.list_names(view.chosen), how=how)
    )
    rows = [
        [
            make_button(view.t.plain("button.topics"), Act.GO, "subjects"),
            make_button(view.t.plain("button.latest"), Act.LATEST, ALL, ANEW),
        ]
    ]
    return f"{text}\n\n{view.t('start.sample')}" if view.sample else text, make_keyboard(rows)


def draw_following(view: View, page: int) -> Screen:
    """What is followed and what is muted; a press ends it."""
    tags = [*view.chosen, *view.muted]
    page = _clamp(page, len(tags))
    ends = (
        make_button(f"{mark(view, tag)} {shorten(view.name(tag), LABEL)}", Act.LEAVE, tag, "following", page)
        for tag in tags[page * PAGE : (page + 1) * PAGE]
    )
    rows = [
        *in_columns(ends),
        pages_row(view.t, Press(Act.GO, "following", page=page), _count_pages(len(tags))),
        [make_button(view.t.plain("button.topics"), Act.GO, "subjects")],
    ]
    return _describe_following(view), make_keyboard(rows)


def _describe_following(view: View) -> str:
    if not view.follows:
        return _with_notice(view, _tell_nothing(view))
    followed = (
        view.t("following.list", topics=view.list_names(view.chosen)) if view.chosen else view.t("following.muted_only")
    )
    return _with_notice(view, "\n".join((followed, *_tell_muted(view), "", view.t("following.hint"))))


def _tell_nothing(view: View) -> str:
    """Say that nothing is followed, and how to begin: in a group only commands are heard."""
    if view.subject:
        return view.t("channels.nothing")
    return view.t("following.nothing") if view.is_private else view.t("following.nothing_group", command="/follow")


def draw_languages(view: View, _page: int) -> Screen:
    """The languages of the interface."""
    return view.t("language.choose"), make_keyboard(in_columns(language_row(view.spoken, "languages")))


SCREENS: dict[str, Callable[[View, int], Screen]] = {
    FIRST: draw_home,
    "subjects": draw_subjects,
    "regions": draw_regions,
    "provinces": draw_provinces,
    "rhythm": draw_rhythm,
    "done": draw_done,
    "following": draw_following,
    "languages": draw_languages,
    **SETTINGS,
}


def _everything(view: View, screen: str) -> InlineKeyboardButton:
    topic = view.taxonomy.topics[ALL]
    if topic.tag in view.follows:
        return topic_button(view, topic, screen)
    key = "button.everything_daily" if screen == FIRST else "button.everything"
    return make_button(view.t.plain(key), Act.FOLLOW, topic.tag, screen)


def _region_button(view: View, region: Topic) -> InlineKeyboardButton:
    """Answer the way into a region, with how many of its places are followed."""
    inside = sum(place.tag in view.chosen for place in view.taxonomy.in_region(region.tag))
    mark = CHOSEN if region.tag in view.chosen else REGION
    return make_button(
        count_lately(view, f"{mark} {view.name(region.tag)}{f' ({view.t.number(inside)})' if inside else ''}", region),
        Act.GO,
        region.tag,
    )


def _onward(view: View) -> Row:
    """Answer the button to the next step, which is there as soon as something is chosen; a channel has no first run."""
    if view.subject:
        return [make_button(view.t.plain("button.settings"), Act.GO, "settings")]
    return [make_button(view.t.plain("button.onward"), Act.GO, "rhythm")] if view.chosen else []


def _find(view: View, screen: str) -> Row:
    """Answer the way to a topic by its name, where what is typed is read."""
    return [make_button(view.t.plain("button.find"), Act.ASK, "follow", screen)] if view.is_private else []


def _paged(view: View, topics: list[Topic], screen: str, page: int, first: Row) -> InlineKeyboardMarkup | None:
    page = _clamp(page, len(topics))
    tags = view.taxonomy.in_order((topic.tag for topic in topics), view.t.language)
    shown = (view.taxonomy.topics[tag] for tag in tags[page * PAGE : (page + 1) * PAGE])
    rows = [
        first,
        *in_columns(topic_button(view, topic, screen, page) for topic in shown),
        pages_row(view.t, Press(Act.GO, screen, page=page), _count_pages(len(topics))),
        _find(view, screen),
        [make_button(view.t.plain("button.back"), Act.GO, "regions")],
        _onward(view),
    ]
    return make_keyboard(rows)


def _count_pages(things: int) -> int:
    return max(1, -(-things // PAGE))


def _clamp(page: int, things: int) -> int:
    """Answer the page, or the last one where there are no longer so many."""
    return min(page, _count_pages(things) - 1)


def _shown_subjects(view: View) -> list[Topic]:
    """Answer the subjects with something in them, and all of them while the archive is young."""
    subjects = view.taxonomy.of_kind(Kind.SUBJECT)
    alive = [topic for topic in subjects if view.busy.get(topic.tag) or topic.tag in view.follows]
    return alive if sum(topic.tag in view.busy for topic in subjects) > BUSIEST else subjects


def _with_choice(view: View, text: str) -> str:
    chosen = [view.t("topics.chosen", topics=view.list_names(view.chosen))] if view.chosen else []
    told = "\n".join([*chosen, *_tell_muted(view)])
    return _with_notice(view, f"{text}\n\n{told}" if told else text)


def _with_notice(view: View, text: str) -> str:
    return f"{text}\n\n{view.t('stop.notice')}" if view.stopped else text


def _tell_muted(view: View) -> list[str]:
    return [view.t("following.muted", topics=view.list_names(view.muted))] if view.muted else []
