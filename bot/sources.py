"""How sources look to editors: all of them, one with its policies, what is read at an address.

What can be said of a source is in `newsroom/policy.py`; a policy more has a line of `_said` here.
"""

import html
from collections.abc import Iterator, Sequence

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.keyboards import Row, in_columns, make_button, make_keyboard, pages_row
from bot.view import CHOSEN, NOT_CHOSEN, Screen, name_topics
from db.store import AnyRow
from db.store.collected import Read
from db.store.probes import Probe, Reading
from locales import OWN_NAMES, Html, Label, Texts
from newsroom.cutting import shorten
from newsroom.filing import BY_SOURCE
from newsroom.policy import OFFERED, TYPED
from newsroom.reasons import Reason
from newsroom.taxonomy import ALL, Taxonomy

TITLE = 80  # characters
SHOWN_ITEMS = 3  # of a probe
PAGE = 20  # sources in one message, each with a button
VALUE = 20  # characters of what is said of a source, on a button
STATES = {"active": "🟢", "paused": "⏸", "gone": "⛔"}
FAILING = "⚠️"
# What is said by a word of its own, and has a name in each language.
VALUES = (
    *("gate.auto", "gate.held", "topics.none", "language.auto", "label.none"),
    *("text.whole", "text.lead", "text.own", "withdrawals.ask", "withdrawals.follow"),
)
TEXTS = {True: "whole", False: "lead", None: "own"}


def draw_sources(t: Texts, found: Sequence[AnyRow], page: int) -> Screen:
    """A page of all sources, a line and a button each, and the list as a file."""
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [t("sources.line", mark=Html(_mark(row)), number=Label(row.id), title=_title(row)) for row in shown]
    listed = "\n".join(lines or [t("sources.none")])
    opening = (
        make_button(t.plain("button.source.open", number=Label(row.id)), Act.SOURCE, str(row.id), "open")
        for row in shown
    )
    files = [make_button(t.plain(f"button.source.{way}"), Act.SOURCE, screen=way) for way in ("export", "import")]
    rows = [*in_columns(opening), pages_row(t, Press(Act.SOURCE, "", "list", page), pages), *in_columns(files)]
    return f"{t('sources.title')}\n\n{listed}\n\n{t('sources.how')}", make_keyboard(rows)


def draw_source(t: Texts, row: AnyRow, taxonomy: Taxonomy, hub: AnyRow | None, zone: str) -> Screen:
    """A source: how it fares, what is said of it, and the ways to do or say something else."""
    lines = [
        t("sources.line", mark=Html(_mark(row)), number=Label(row.id), title=_title(row)),
        html.escape(row.url),
        *_polls(t, row, zone),
        *([t("sources.failing", reason=explain(t, row.last_error))] if row.last_error else []),
        *([t(f"sources.hub.{'verified' if hub.state == 'asked' and hub.until else hub.state}")] if hub else []),
        "",
        *(_policy_line(t, name, value) for name, value in _said(t, row, taxonomy).items()),
        "",
        t("sources.how.one", number=Label(row.id)),
    ]
    return "\n".join(lines), make_keyboard(_ways(t, row, taxonomy))


def draw_policy(t: Texts, row: AnyRow, name: str, taxonomy: Taxonomy) -> Screen:
    """One side of a source: what is said of it, what it means, and what else can be said."""
    value = _said(t, row, taxonomy)[name]
    lines = [
        t("sources.line", mark=Html(_mark(row)), number=Label(row.id), title=_title(row)),
        "",
        _policy_line(t, name, value),
    ]
    number = str(row.id)
    offered = [
        make_button(
            f"{CHOSEN if one == value else NOT_CHOSEN} {call(t, name, one)}", Act.SOURCE, number, f"say:{name}:{one}"
        )
        for one in OFFERED[name]
    ]
    typed = [make_button(t.plain("button.source.ask"), Act.SOURCE, number, f"ask:{name}")] if name in TYPED else []
    back = make_button(t.plain("button.back"), Act.SOURCE, number, "open")
    return "\n".join(lines), make_keyboard([*in_columns(offered), typed, [back]])


def draw_removal(t: Texts, row: AnyRow) -> Screen:
    """Whether a source is really to be removed."""
    text = t("sources.sure", number=Label(row.id), title=_title(row))
    yes = make_button(t.plain("button.source.remove"), Act.SOURCE, str(row.id), "remove")
    return text, make_keyboard([[yes, make_button(t.plain("button.drop"), Act.SOURCE, str(row.id), "open")]])


def _ways(t: Texts, row: AnyRow, taxonomy: Taxonomy) -> list[Row]:
    """Answer the buttons of a source: one that ended can be taken up again, and nothing else."""
    number = str(row.id)
    to_list = make_button(t.plain("button.source.list"), Act.SOURCE, screen="list")
    if row.state == "gone":
        return [[make_button(t.plain("button.source.again"), Act.SOURCE, number, "again")], [to_list]]
    deed = "pause" if row.state == "active" else "resume"
    sides = [
        make_button(
            f"⚙️ {_name_side(t, name)}: {shorten(call(t, name, value), VALUE)}", Act.SOURCE, number, f"policy:{name}"
        )
        for name, value in _said(t, row, taxonomy).items()
    ]
    deeds = [
        make_button(t.plain(f"button.{deed}"), Act.SOURCE, number, deed),
        make_button(t.plain("button.source.check"), Act.SOURCE, number, "check"),
        make_button(t.plain("button.source.sure"), Act.SOURCE, number, "sure"),
        to_list,
    ]
    return [*in_columns(sides), *in_columns(deeds)]


def _polls(t: Texts, row: AnyRow, zone: str) -> Iterator[str]:
    """Yield when it was read last, and when it will be next."""
    if row.polled_at:
        yield t("sources.polled", time=Html(write_moment(row.polled_at, t, zone)))
    if row.state == "active":
        yield t("sources.due", time=Html(write_moment(row.due_at, t, zone)))


def explain(t: Texts, reason: Reason) -> Html:
    """Answer why a source or a file cannot be read, in the language of who reads it."""
    told = {name: explain(t, value) if isinstance(value, Reason) else value for name, value in reason.values.items()}
    return Html(t(f"fault.{reason.key}", **told))


def draw_probe(t: Texts, probe: Probe, reading: Reading, taxonomy: Taxonomy) -> Screen:
    """What is read at an address: its name, where it is read, the first items with their topics."""
    return "\n\n".join(
        [_head(t, probe, reading), *(_item(t, read, taxonomy) for read in reading.reads[:SHOWN_ITEMS])]
    ), None


def _head(t: Texts, probe: Probe, reading: Reading) -> str:
    if reading.is_page:
        return t("probe.page", url=reading.url)
    outcome = "added" if reading.is_new else "known" if probe.adds else "read"
    told = t.count(f"probe.{outcome}", len(reading.reads), title=reading.title or reading.url, url=reading.url)
    return f"{told}\n{t(f'probe.kind.{reading.kind}')}" if reading.kind else told


def _item(t: Texts, read: Read, taxonomy: Taxonomy) -> str:
    tags = [tag for tag in read.topicality.tags if tag in taxonomy.topics and tag != ALL]
    topics = name_topics(taxonomy, t, tags) or t("gate.no_topics")
    reasons = [found[0] for found in read.topicality.why.values() if found]
    words = [*dict.fromkeys(reason.word for reason in reasons if reason.zone != BY_SOURCE)][:SHOWN_ITEMS]
    why = Html(t.plain("list.comma").join(t("list.item", name=word) for word in words) or "—")
    return t("probe.item", title=shorten(read.item.title, TITLE), topics=topics, why=why)


def _mark(row: AnyRow) -> str:
    return FAILING if row.failures and row.state == "active" else STATES[row.state]


def _title(row: AnyRow) -> str:
    return shorten(row.title or row.url, TITLE)


def _said(t: Texts, row: AnyRow, taxonomy: Taxonomy) -> dict[str, str]:
    """Answer what is said of a source, in the words that change it; topics by their names."""
    names = [taxonomy.name(tag, t.language) for tag in row.topics or ()]
    return {
        "gate": row.gate,
        "topics": t.plain("list.comma").join(names) or "none",
        "quiet": str(row.quiet // 60),
        "language": row.language or "auto",
        "label": row.label or "none",
        "text": TEXTS[row.full_text],
        "withdrawals": row.withdrawals,
    }


def _policy_line(t: Texts, name: str, value: str) -> str:
    told = {"name": name, "side": _name_side(t, name), "value": call(t, name, value)}
    return t("sources.policy", **told, meaning=t.plain(f"sources.policy.{name}"))


def _name_side(t: Texts, name: str) -> str:
    return t.plain(f"sources.side.{name}")


def call(t: Texts, name: str, value: str) -> str:
    """Answer a value as people call it; what somebody wrote is called what he wrote."""
    if name == "quiet":
        return t.plain("sources.value.quiet", n=int(value))
    if f"{name}.{value}" in VALUES:
        return t.plain(f"sources.value.{name}.{value}")
    return OWN_NAMES.get(value, value) if name == "language" else value
