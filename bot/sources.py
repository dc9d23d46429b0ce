"""How sources look to editors: all of them, one with its policies, what is read at an address.

What can be said of a source is in `newsroom/policy.py`; a policy more has a line of `_policies` here.
"""

import html
from collections.abc import Iterator, Sequence

from bot.view import Screen, name_topics
from db.store import AnyRow
from db.store.collected import Read
from db.store.probes import Probe, Reading
from locales import Html, Label, Texts
from newsroom.cutting import shorten
from newsroom.reasons import Reason
from newsroom.taxonomy import ALL, Taxonomy

TITLE = 80  # characters
SHOWN_ITEMS = 3  # of a probe
MOST_LISTED = 40  # sources in one message
STATES = {"active": "🟢", "paused": "⏸", "gone": "⛔"}
FAILING = "⚠️"
TEXTS = {True: "whole", False: "lead", None: "own"}


def draw_sources(t: Texts, found: Sequence[AnyRow]) -> Screen:
    """All sources, a line each; the first of them, where they are many."""
    lines = [t("sources.line", mark=Html(_mark(row)), number=Label(row.id), title=_title(row)) for row in found]
    more = [t.count("list.more", len(lines) - MOST_LISTED)] if len(lines) > MOST_LISTED else []
    listed = "\n".join([*(lines[:MOST_LISTED] or [t("sources.none")]), *more])
    return f"{t('sources.title')}\n\n{listed}\n\n{t('sources.how')}", None


def draw_source(t: Texts, row: AnyRow, taxonomy: Taxonomy) -> Screen:
    """A source: how it fares, and what is said of it."""
    lines = [
        t("sources.line", mark=Html(_mark(row)), number=Label(row.id), title=_title(row)),
        html.escape(row.url),
        *([t("sources.failing", reason=explain(t, row.last_error))] if row.last_error else []),
        "",
        *_policies(t, row, taxonomy),
        "",
        t("sources.how.one", number=Label(row.id)),
    ]
    return "\n".join(lines), None


def explain(t: Texts, reason: Reason) -> Html:
    """Answer why a source cannot be read, in the language of who reads it."""
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
    reasons = [reason.word for found in read.topicality.why.values() for reason in found[:1]]
    why = Html(t.plain("list.comma").join(t("list.item", name=word) for word in reasons[:SHOWN_ITEMS]) or "—")
    return t("probe.item", title=shorten(read.item.title, TITLE), topics=topics, why=why)


def _mark(row: AnyRow) -> str:
    return FAILING if row.failures and row.state == "active" else STATES[row.state]


def _title(row: AnyRow) -> str:
    return shorten(row.title or row.url, TITLE)


def _policies(t: Texts, row: AnyRow, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield what is said of a source, in the words that change it."""
    told = {
        "gate": row.gate,
        "topics": name_topics(taxonomy, t, row.topics) if row.topics else "none",
        "quiet": str(row.quiet // 60),
        "language": row.language or "auto",
        "label": row.label or "none",
        "text": TEXTS[row.full_text],
        "withdrawals": row.withdrawals,
    }
    for name, value in told.items():
        yield t("sources.policy", name=name, value=value, meaning=t.plain(f"sources.policy.{name}"))
