"""How topics' words look to editors: a topic with its words and versions, a change that was tried, one that is done.

Each is a pure function of what is said of the topic; `bot/handlers/topicwords.py` answers with the first, the desk with
the others.
"""

import html
from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.articles import write_moment
from bot.callbacks import Act
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.view import Screen, name_topics
from db.store.topics import Proposal, Version
from locales import OWN_NAMES, Html, Texts
from newsroom.amendments import FILED, OUT, PARTS, STRONG, WEAK, Amendment, flat, same
from newsroom.cutting import shorten
from newsroom.direction import begin_with, direct, direction_mark, is_rtl
from newsroom.retagging import Stored, Trial
from newsroom.taxonomy import LANGUAGES, Taxonomy, Topic, Words

SHOWN_WORDS = 8  # of a language
SHOWN_ARTICLES = 5
SHOWN_VERSIONS = 6
LONGEST_SHOWN = 1_500  # characters of what is said of a topic
TITLE = 120
SIGNS = dict(zip(PARTS, (STRONG, WEAK, OUT, FILED), strict=True))


def draw_list(t: Texts, taxonomy: Taxonomy, tags: Sequence[str]) -> Screen:
    """The topics of which editors said something, and how to say more."""
    told = t("topicwords.list", topics=name_topics(taxonomy, t, tags)) if tags else t("topicwords.untouched")
    buttons = (show_button(t, taxonomy, tag) for tag in tags)
    files = [make_button(t.plain(f"button.words.{way}"), Act.WORDS, screen=way) for way in ("export", "load")]
    return f"{told}\n\n{t('topicwords.how')}", make_keyboard([*in_columns(buttons), *in_columns(files)])


def show_button(t: Texts, taxonomy: Taxonomy, tag: str) -> InlineKeyboardButton:
    """Answer the button that shows a topic's words."""
    return make_button(f"🗂 {taxonomy.name(tag, t.language)}", Act.WORDS, tag, "show")


def draw_topic(t: Texts, name: str, shipped: Topic, versions: Sequence[Version], zone: str) -> Screen:
    """A topic: what is shipped, in short, what editors said, and the versions that can be restored."""
    said = versions[0].said if versions else Amendment()
    lines = [t("topicwords.topic", topic=name, tag=shipped.tag), "", *_shipped_lines(t, shipped)]
    lines += ["", t("topicwords.ours"), *said_lines(t, said)] if said != Amendment() else ["", t("topicwords.nothing")]
    if versions:
        lines += ["", t("topicwords.versions"), *(_version_line(t, version, zone) for version in versions)]
    restorable = [version.version for version in versions[1:]] + ([0] if said != Amendment() else [])
    buttons = [_restore_button(t, shipped.tag, version) for version in restorable]
    if versions:
        buttons.append(make_button(t.plain("button.words.history"), Act.WORDS, shipped.tag, "history"))
    return "\n".join(lines), make_keyboard(in_columns(buttons))


def _restore_button(t: Texts, tag: str, version: int) -> InlineKeyboardButton:
    label = t.plain("button.restore", version=version) if version else t.plain("button.shipped")
    return make_button(label, Act.WORDS, tag, "restore", version)


def _shipped_lines(t: Texts, shipped: Topic) -> list[str]:
    lines = []
    for language in LANGUAGES:
        found = (*shipped.words.get(language, ()), *shipped.weak.get(language, ()))
        if found:
            values: dict[str, str | int] = {
                "language": OWN_NAMES[language],
                "count": len(found),
                "words": _listed(t, found[:SHOWN_WORDS]),
            }
            lines.append(t("topicwords.shipped", **values))
    return lines or [t("topicwords.not_shipped")]


def _version_line(t: Texts, version: Version, zone: str) -> str:
    moment = Html(write_moment(version.changed_at, t, zone))
    return t("topicwords.version", version=version.version, time=moment, actor=version.actor or "—")


def said_lines(t: Texts, said: Amendment) -> list[str]:
    """Answer what is said of a topic, a line for each sign."""
    parts = ((SIGNS[part], [word for found in getattr(said, part).values() for word in found]) for part in PARTS)
    lines = [_signed(t, sign, found) for sign, found in parts if found]
    return [_signed(t, "=", list(said.names.values())), *lines] if said.names else lines


def difference_lines(t: Texts, before: Amendment, after: Amendment) -> list[str]:
    """Answer what another version of what is said changes, a line for each sign, what is taken back with ↩️."""
    lines = []
    for part in PARTS:
        old, new = getattr(before, part), getattr(after, part)
        lines += _difference(t, SIGNS[part], old, new) + _difference(t, f"↩️ {SIGNS[part]}", new, old)
    if before.names != after.names:
        lines.append(_signed(t, "=", list(after.names.values()) or ["—"]))
    return lines


def _difference(t: Texts, sign: str, old: Words, new: Words) -> list[str]:
    known = flat(old)
    found = [word for words in new.values() for word in words if same(word) not in known]
    return [_signed(t, sign, found)] if found else []


def _signed(t: Texts, sign: str, found: Sequence[str]) -> str:
    return f"{direction_mark(rtl=is_rtl(t.language))}{sign} {_listed(t, found)}"


def _listed(t: Texts, found: Sequence[str]) -> Html:
    shown, room = [], LONGEST_SHOWN
    for word in found:
        room -= len(word) + 2
        if room < 0:
            shown.append("…")
            break
        shown.append(t("list.item", name=word))
    return Html(t.plain("list.comma").join(shown))


def draw_trial(t: Texts, name: str, proposal: Proposal, before: Amendment, trial: Trial) -> Screen:
    """What a change would do to the newest articles, and the two ways to decide."""
    lines = [t("topicwords.trial", topic=name, n=trial.tried), *difference_lines(t, before, proposal.said)]
    for key, found in (("topicwords.gain", trial.gaining), ("topicwords.lose", trial.losing)):
        if found:
            lines += ["", t(key, n=len(found)), *(_article_line(t, article) for article in found[:SHOWN_ARTICLES])]
    if trial.otherwise:
        lines += ["", t("topicwords.otherwise", n=trial.otherwise)]
    if not (trial.gaining or trial.losing or trial.otherwise):
        lines += ["", t("topicwords.no_difference")]
    apply = make_button(t.plain("button.apply"), Act.WORDS, str(proposal.id), "apply")
    return "\n".join(lines), make_keyboard(
        [[apply, make_button(t.plain("button.drop"), Act.WORDS, str(proposal.id), "drop")]]
    )


def _article_line(t: Texts, article: Stored) -> str:
    title = html.escape(direct(shorten(article.title, TITLE), rtl=is_rtl(article.language)), quote=False)
    return f"▪️ {title}\n{begin_with(f'/article_{article.number}', rtl=is_rtl(t.language))}"
