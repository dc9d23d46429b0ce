"""What lies behind the card of an article: its correction before it leaves, its versions, its topics.

A correction is shown as what goes and what comes, word by word; where hardly a word stays, it is the new text alone.
"""

import html
from collections.abc import Iterator, Sequence

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.changes import write_changes_of_article
from bot.dossiers import Sight, back_row, deed_button, write_head
from bot.filing import list_topics
from bot.keyboards import Row, in_columns, make_button, make_keyboard
from bot.view import CHOSEN, NOT_CHOSEN, Screen, name_topics
from db.store import AnyRow, gate
from locales import Html, Label, Texts
from newsroom.changes import Wording
from newsroom.cutting import shorten
from newsroom.dossiers import BEFORE
from newsroom.taxonomy import Kind

LONGEST = {"title": 700, "lead": 900, "body": 1_600}  # characters of a part that is shown with its changes
IN_LIST = 300  # of a title in the list of versions
SHOWN_VERSIONS = 5
FILED_AS = frozenset({Kind.SUBJECT, Kind.PLACE, Kind.PROVINCE})  # regions follow their places


def draw_correction(sight: Sight) -> Screen:
    """What readers see, or how that differs from what waits; and what may become of it."""
    t, dossier = sight.t, sight.dossier
    article = dossier.article
    lines = [*write_head(sight), ""]
    if dossier.public:
        waits = Wording(article.title, article.lead, article.body)
        lines += [t("dossier.changes"), "", *_write_parts(t, dossier.public, waits), "", t("dossier.changes.hint")]
    else:
        seen = (_quote(part) for part in (article.title, shorten(article.lead, LONGEST["lead"])) if part)
        lines += [*seen, "", t("dossier.correct.held" if sight.stand in BEFORE else "dossier.correct")]
    return "\n".join(lines), make_keyboard([*_offer_correction(sight), back_row(sight)])


def _write_parts(t: Texts, before: Wording, after: Wording) -> Iterator[str]:
    for name, old, new in zip(Wording._fields, before, after, strict=True):
        if old != new:
            told = write_changes_of_article(old, new, LONGEST[name])
            yield t(f"dossier.part.{name}")
            yield f"<blockquote>{told}</blockquote>" if told else _quote(shorten(new, LONGEST[name]))


def _quote(text: str) -> str:
    return f"<blockquote>{html.escape(text, quote=False)}</blockquote>"


def _offer_correction(sight: Sight) -> Iterator[Row]:
    if sight.dossier.is_changed:
        yield [deed_button(sight, "button.dossier.quietly", "quietly")]
        yield [deed_button(sight, "button.dossier.loudly", "loudly")]
        yield [deed_button(sight, "button.dossier.forgo", "forgo")]
    yield [deed_button(sight, "button.rewrite", "words"), deed_button(sight, "button.dossier.reread", "reread")]


def draw_versions(sight: Sight, found: Sequence[AnyRow]) -> Screen:
    """The newest versions, each with what it changed; `found` has one more, for the last to be compared with."""
    t, zone = sight.t, sight.look.zone
    lines = [*write_head(sight), ""]
    for row, before in [*zip(found, [*found[1:], None], strict=True)][:SHOWN_VERSIONS]:
        time = Html(write_moment(row.seen_at, t, zone))
        waits = f" · {t('dossier.version.waits')}" if row.gate == gate.HELD else ""
        lines += [t("dossier.version", number=Label(row.version), time=time) + waits, *_tell_change(t, row, before), ""]
    return "\n".join(lines).rstrip(), make_keyboard([back_row(sight)])


def _tell_change(t: Texts, row: AnyRow, before: AnyRow | None) -> list[str]:
    """Answer what a version says otherwise than the one before it."""
    if before is None:
        return [_quote(shorten(row.title, IN_LIST))]
    parts = [name for name in Wording._fields if getattr(row, name) != getattr(before, name)]
    if "title" in parts:
        told = write_changes_of_article(before.title, row.title, IN_LIST)
        return [f"<blockquote>{told}</blockquote>" if told else _quote(shorten(row.title, IN_LIST))]
    named = t.plain("list.comma").join(t(f"dossier.part.{name}") for name in parts)
    return [named] if named else [t("dossier.version.same")]


def _press(sight: Sight, tag: str) -> tuple[Act, str, str, int]:
    article = sight.dossier.article
    return Act.ARTICLE, str(article.id), f"tag:{tag}", article.version


def draw_topics(sight: Sight) -> Screen:
    """The topics of an article and why it has them; a tap takes one out or puts one in."""
    t, taxonomy = sight.t, sight.look.taxonomy
    lines = [*write_head(sight), "", *list_topics(t, sight.why, taxonomy)]
    if sight.filing.out:
        lines += ["", t("topicsof.out", topics=name_topics(taxonomy, t, sight.filing.out))]
    lines += ["", t("dossier.topics.hint", number=Label(sight.dossier.number))]
    has = [tag for tag in sight.tags if tag in taxonomy.topics and taxonomy.topics[tag].kind in FILED_AS]
    subjects = [topic.tag for topic in taxonomy.of_kind(Kind.SUBJECT) if topic.tag not in has]
    marked = [(CHOSEN, tag) for tag in has] + [(NOT_CHOSEN, tag) for tag in subjects]
    buttons = [
        make_button(f"{mark} {taxonomy.name(tag, t.language)}", *_press(sight, tag))
        for mark, tag in marked
        if Press(*_press(sight, tag)).fits()  # a slug of the operator's may be too long for a button
    ]
    undo = [deed_button(sight, "button.as_found", "asfound")] if sight.filing.under or sight.filing.out else []
    return "\n".join(lines), make_keyboard([*in_columns(buttons), undo, back_row(sight)])
