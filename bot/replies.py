"""How a reply looks to who writes it and to who reads it.

    draft         the text as all will see it, the name that signs it, what sending means      📨 ✏️ 🎭 ✖️
    one's own     the text, where it stands, why, and what may be done about it now            ✏️ 🧹 ✅ ⚖️ 🔁
    public        the text and its pen                                                         ↩️ 🚩, 🧹 for its author
    on the site   the same of a comment that was written there                                 📖

Whoever sends agrees to `CONSENT`, the version of the texts `reply.consent…`: a change of what they say is a new one, so
that it is known for ever who agreed to what. What happens to a reply is told by `bot/notices.py`.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton

from bot.callbacks import Act
from bot.changes import write_changes
from bot.keyboards import Row, make_button, make_keyboard, make_link, usable_link
from bot.pens import name_pen
from bot.view import Screen
from db.store.comments import SiteComment
from db.store.pending import Card
from db.store.writing import PublicReply
from locales import Html, Texts
from newsroom.cutting import length, shorten
from newsroom.direction import direct, is_rtl
from newsroom.replies import LIVING, Action, Reply, State
from newsroom.text import guess_language

CONSENT = "1"
EXCERPT = 500  # characters of a reply in a list
IN_LINE = 80  # characters of one's own in a list
LONGEST_SHOWN = 3_200  # UTF-16 code units of a text, for which a message has room beside what is said of it
CHANGEABLE = LIVING - {State.PUBLISHING}


@dataclass(frozen=True, slots=True)
class About:
    """What a reply is about, and why it was not taken where that is so."""

    title: str  # of the article
    code: str = ""
    note: str = ""  # of a moderator's


def explain(line: Any) -> tuple[str, str]:
    """Answer why a line of the audit did not take a reply, by the name of a reason, and what a moderator wrote."""
    if line is None:
        return "", ""
    return "spam" if line.action == Action.SPAM.value else line.code or "", line.detail


def write_text(text: str) -> str:
    """Answer what somebody wrote, as HTML, in its own direction; two thousand emoji do not fit, and are cut short."""
    shown = text if length(text) <= LONGEST_SHOWN else shorten(text, LONGEST_SHOWN // 2)
    return f"<blockquote>{_escape(shown)}</blockquote>"


def _escape(text: str) -> str:
    return html.escape(direct(text, rtl=is_rtl(guess_language(text))), quote=False)


def write_consent(t: Texts, destinations: Sequence[tuple[str, str]], rules: str) -> str:
    """Answer what sending means: where the reply will be public, by which rules, from which age."""
    kinds = dict.fromkeys(kind for kind, _ in destinations)
    places = Html(t.plain("list.comma").join(t.plain(f"reply.place.{kind}") for kind in kinds))
    link = t("reply.rules.link", url=Html(html.escape(rules))) if rules else t("reply.rules.command")
    return t("reply.consent", places=places, rules=Html(link))


def draw_draft(t: Texts, card: Card, about: About, consent: str, answered: str = "") -> Screen:
    """Answer a draft as it will look, and what may be done with it; `answered` is the pen that it answers."""
    head = t("reply.draft.answer", pen=answered) if answered else t("reply.draft", title=about.title)
    signed = t("reply.signed", pen=name_pen(t, card.signed, card.pen_number))
    photo = t("reply.photo") if card.photo else ""
    text = "\n\n".join(filter(None, [head, f"{write_text(card.text)}\n{signed}", photo, consent]))
    rows = [
        [_draft_button(t, card.reply, "send")],
        [_draft_button(t, card.reply, name) for name in ("edit", "name", "drop")],
    ]
    return text, make_keyboard(rows)


def _draft_button(t: Texts, reply: Reply, deed: str) -> InlineKeyboardButton:
    return make_button(t.plain(f"button.draft.{deed}"), Act.DRAFT, reply.id, deed, reply.version)


def write_state(t: Texts, card: Card) -> str:
    """Answer where a reply stands."""
    if card.reply.proposed_revision is not None:
        return t("reply.state.proposed")
    if card.reply.public_revision is not None and card.reply.state is not State.PUBLISHED:
        return t("reply.state.renewed")
    return t(f"reply.state.{card.reply.state}")


def write_reason(t: Texts, about: About) -> str:
    """Answer why a reply was not taken, and what a moderator wrote; nothing where nobody said why."""
    lines = [t("reply.reason", reason=t.plain(f"reason.{about.code}"))] if about.code else []
    lines += [t("reply.note", note=about.note)] if about.note else []
    return "\n".join(lines)


def write_proposal(card: Card) -> str:
    """Answer what is proposed beside what was written, the one struck out, the other underlined.

    Where both do not fit side by side, or hardly a word stayed, it is the proposal alone.
    """
    told = ""
    if length(card.text) + length(card.proposed) <= LONGEST_SHOWN:
        told = write_changes(card.text, card.proposed, LONGEST_SHOWN, around=len(card.text))
    return f"<blockquote>{told}</blockquote>" if told else write_text(card.proposed)


def draw_mine(t: Texts, card: Card, about: About) -> Screen:
    """Answer one's own reply: its text, where it stands and why, and what may be done about it."""
    reply = card.reply
    pen = name_pen(t, card.signed, card.pen_number)
    shown = card.public if reply.state is State.PUBLISHED else card.text
    text = write_proposal(card) if reply.proposed_revision is not None else write_text(shown)
    told = filter(None, (write_state(t, card), write_reason(t, about) if reply.state in EXPLAINED else ""))
    head = t("reply.mine.one", title=about.title)
    facts = t("reply.mine.facts", pen=pen, reference=Html(reply.id))
    return "\n\n".join([head, text, "\n".join([*told, facts])]), make_keyboard([*ways(t, card), [_back(t)]])


EXPLAINED = {State.RETURNED, State.REJECTED, State.SPAM, State.REMOVING, State.REMOVED}


def ways(t: Texts, card: Card) -> list[Row]:
    """Answer what the author may do with a reply as it stands."""
    reply = card.reply
    deeds = {
        "accept": reply.proposed_revision is not None,
        "edit": reply.state in CHANGEABLE and reply.proposed_revision is None,
        "appeal": reply.state is State.REJECTED and reply.appealed_at is None,
        "reopen": reply.state is State.EXPIRED,
        "withdraw": reply.state in LIVING,
    }
    return [[mine_button(t, reply, name) for name, may in deeds.items() if may]]


def mine_button(t: Texts, reply: Reply, deed: str) -> InlineKeyboardButton:
    """Answer the button of a deed on one's own reply."""
    return make_button(t.plain(f"button.mine.{deed}"), Act.MINE, reply.id, deed, reply.version)


def _back(t: Texts) -> InlineKeyboardButton:
    return make_button(t.plain("button.mine.list"), Act.MINE, screen="list")


def draw_withdrawal(t: Texts, card: Card) -> Screen:
    """Answer the question whether a reply is to be withdrawn: it is for good."""
    rows = [[mine_button(t, card.reply, "withdrawn")], [mine_button(t, card.reply, "keep")]]
    key = "reply.withdraw.public" if card.reply.is_public else "reply.withdraw"
    return f"{t(key)}\n\n{write_text(shorten(card.text, EXCERPT))}", make_keyboard(rows)


def write_own_line(t: Texts, number: int, card: Card, title: str) -> str:
    """Answer one's own reply as an entry of a list."""
    said = html.escape(shorten(card.text.replace("\n", " "), IN_LINE), quote=False)
    return t("reply.mine.line", number=number, title=title, said=Html(said), state=Html(write_state(t, card)))


def write_public(t: Texts, reply: PublicReply, time: str, most: int = 0) -> str:
    """Answer a public reply: who signs it, whom it answers, when; its text whole, or so many characters of it."""
    pen = name_pen(t, reply.signed, reply.pen_number)
    answers = bool(reply.parent_signed or reply.parent_number)
    other = name_pen(t, reply.parent_signed or "", reply.parent_number)
    head = t("reply.public.answer", pen=pen, other=other) if answers else t("reply.public", pen=pen)
    photo = f" · {t('reply.photo')}" if reply.photo else ""
    return f"{head} · {time}{photo}\n{write_text(shorten(reply.text, most) if most else reply.text)}"


def public_buttons(t: Texts, reply: PublicReply, *, own: bool) -> list[Row]:
    """Answer what a reader may do with a public reply, and what its author may."""
    answer = make_button(t.plain("button.public.answer"), Act.PUBLIC, reply.id, "answer")
    if own:
        return [[answer, make_button(t.plain("button.mine.withdraw"), Act.MINE, reply.id, "withdraw")]]
    return [[answer, make_button(t.plain("button.public.report"), Act.PUBLIC, reply.id, "report")]]


def write_comment(t: Texts, comment: SiteComment, time: str, most: int = 0) -> str:
    """Answer a comment of the site's own as a public reply, and that it is from there."""
    name = comment.name or t.plain("reply.public.nameless")
    other = name_pen(t, comment.parent_signed, comment.parent_number)
    key = "reply.public.site.answer" if other else "reply.public.site"
    head = t(key, name=name, **({"other": other} if other else {}))
    return f"{head} · {time}\n{write_text(shorten(comment.text, most) if most else comment.text)}"


def comment_buttons(t: Texts, comment: SiteComment) -> list[Row]:
    """Answer the way to a comment on the site, where Telegram takes its address."""
    url = comment_link(comment.url, comment.id)
    return [[make_link(t.plain("button.public.site"), url)]] if url else []


def comment_link(article: str, number: object) -> str:
    """Answer the address of a comment below an article's, as WordPress has it; nothing where Telegram takes none."""
    url = usable_link(article)
    return f"{url}#comment-{number}" if url else ""
