"""The card of an article at the desk: how it stands, who has it, and what an editor may do with it.

    waits       topics with their words · who wants it                🚀 ⚡ ✏️ ❌ ⚙️
    out         who has it · who wants it and has not · replies       🚀 ⚡ ⏸ ⏹ ✏️ 🧹 ⚙️ 🧾
    corrected   what readers see beside what waits                    ✅ quietly · 📣 with a reply · ✏️ 🔄 ✖️

Cards are pure functions of a `Sight`. What else can be done is a button here and a deed of `bot/handlers/dossiers.py`;
versions and topics have screens of their own (`bot/dossier_screens.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.articles import Look, article_buttons, preview_of, write_news
from bot.callbacks import Act
from bot.filing import list_topics
from bot.keyboards import Row, make_button, make_keyboard
from bot.readership import write_readers
from bot.view import Screen, name_topics
from locales import Html, Label, Texts
from newsroom.broadcasts import FEW, Step, is_few
from newsroom.cutting import shorten
from newsroom.dossiers import BEFORE, SENDABLE, Dossier, Stand
from newsroom.filing import UNFILED, Filing
from newsroom.taxonomy import ALL
from newsroom.topics import Reason

TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class Sight:
    """What a card is drawn from."""

    t: Texts
    look: Look
    dossier: Dossier
    tags: Sequence[str]
    why: Mapping[str, Sequence[Reason]]
    now: datetime
    filing: Filing = UNFILED

    @property
    def stand(self) -> Stand:
        """How it stands."""
        return self.dossier.stand


@dataclass(frozen=True, slots=True)
class Asked:
    """What is still to be confirmed: the deed as buttons carry it, how far that is, how many readers it reaches."""

    deed: str
    step: Step
    readers: int
    told: str = ""  # what is seen before the question, as HTML

    @property
    def key(self) -> str:
        """The deed without what it carries."""
        return self.deed.partition(":")[0]


def draw_news(sight: Sight) -> tuple[Screen, dict[str, object]]:
    """Answer an article as readers get it, and the options of its link preview."""
    article, t = sight.dossier.article, sight.t
    keyboard = make_keyboard(article_buttons(article, t, public=False, bot=sight.look.bot))
    return (write_news(article, sight.tags, t, sight.look), keyboard), preview_of(article)


def draw_retracted(sight: Sight, reason: str) -> str:
    """Answer an article as who has it will see it when it is taken back."""
    seen = sight.dossier.public
    words = seen._asdict() if seen else {}  # other words may wait that nobody has seen
    article = replace(sight.dossier.article, retracted=reason, **words)
    return write_news(article, sight.tags, sight.t, sight.look)


def draw_dossier(sight: Sight, asked: Asked | None = None) -> Screen:
    """Draw the card; `asked` is what a deed asks before it is done, where that was pressed."""
    lines = [*write_head(sight), "", *_write_facts(sight)]
    if asked:
        lines += ["", *([asked.told, ""] if asked.told else []), _ask(sight.t, asked)]
    return "\n".join(lines), make_keyboard(list(_offer_yes(sight, asked) if asked else _offer_all(sight)))


def write_head(sight: Sight) -> list[str]:
    """Answer which article it is and how it stands."""
    t, article = sight.t, sight.dossier.article
    stand = Html(t(f"dossier.stand.{sight.stand}"))
    title = t("dossier.name", title=shorten(article.title, TITLE))
    return [t("dossier.title", number=Label(article.id), stand=stand), title]


def _write_facts(sight: Sight) -> Iterator[str]:
    t, dossier = sight.t, sight.dossier
    if sight.stand is Stand.JOINED:
        yield t("dossier.told.by", number=Label(dossier.article.story_id))
    if sight.stand in BEFORE:
        yield from list_topics(t, sight.why, sight.look.taxonomy)
    else:
        named = name_topics(sight.look.taxonomy, t, [tag for tag in sight.tags if tag != ALL])
        yield t("gate.topics", topics=named or t("gate.no_topics"))
    if dossier.versions > 1:
        yield t.count("dossier.versions", dossier.versions)
    if dossier.is_changed and sight.stand is not Stand.RETRACTED:
        yield t("dossier.waits")
    yield from _write_readers(sight)
    if any(dossier.replies):
        public, waiting = dossier.replies
        yield t("dossier.replies", public=public, waiting=waiting)


def _write_readers(sight: Sight) -> Iterator[str]:
    """Yield who has it and who has not; of so few that a count would tell who, none is told."""
    t, dossier = sight.t, sight.dossier
    if dossier.is_before_readers(sight.now):
        yield t("dossier.staff_first")
    whole = sum(dossier.counts.values())
    going = ("sending",) if sight.stand is Stand.STOPPED else ("queued", "sending")  # what waits leaves no more then
    under_way = sum(dossier.counts.get(state, 0) for state in going)
    missed = sum(dossier.counts.get(state, 0) for state in ("failed", "skipped"))
    told = {"reached": dossier.reached, "under_way": under_way, "missed": missed}
    told |= {"uncertain": dossier.counts.get("uncertain", 0)}
    for name, number in told.items():
        if number or (name == "reached" and dossier.sent):
            yield t(f"dossier.{name}", n=_count(t, number, whole))
    if sight.stand in SENDABLE:
        yield t("dossier.left", readers=write_readers(t, dossier.left))


def _count(t: Texts, number: int, whole: int) -> Html:
    return Html(t("broadcast.fewer", n=FEW) if number and is_few(whole) else t.number(number))


def _ask(t: Texts, asked: Asked) -> str:
    readers = write_readers(t, asked.readers)
    if asked.step is Step.TYPED:
        return t("broadcast.type", readers=readers, n=asked.readers)
    return t(f"dossier.sure.{asked.key}", readers=readers)


def deed_button(sight: Sight, key: str, deed: str) -> InlineKeyboardButton:
    """Answer the button that does something with the article as it is now."""
    article = sight.dossier.article
    return make_button(sight.t.plain(key), Act.ARTICLE, str(article.id), deed, article.version)


def back_row(sight: Sight) -> Row:
    """Answer the way back to the card."""
    return [deed_button(sight, "button.back", "home")]


def _offer_yes(sight: Sight, asked: Asked) -> Iterator[Row]:
    drop = deed_button(sight, "button.drop", "home")
    if asked.step is Step.TYPED:
        yield [drop]
    else:
        yield [deed_button(sight, f"button.dossier.sure.{asked.key}", f"sure:{asked.deed}"), drop]


def _offer_all(sight: Sight) -> Iterator[Row]:
    yield from _offer_sending(sight)
    yield from _offer_stopping(sight)
    if sight.stand is not Stand.RETRACTED:
        yield [deed_button(sight, "button.dossier.correct", "correct"), *_offer_keeping_back(sight)]
    yield [deed_button(sight, "button.about", "topics"), deed_button(sight, "button.dossier.versions", "versions")]
    refresh = [deed_button(sight, "button.dossier.refresh", "refresh")] if sight.dossier.sent else []
    yield [deed_button(sight, "button.cast.preview", "preview"), *refresh, *_offer_replies(sight)]


def _offer_keeping_back(sight: Sight) -> Row:
    """Offer to keep from readers what they have not, or to take back what they have."""
    if sight.stand is Stand.REFUSED:
        return []
    deed = "refuse" if sight.stand is Stand.HELD else "retract"
    return [deed_button(sight, f"button.{deed}", deed)]


def _offer_sending(sight: Sight) -> Iterator[Row]:
    if sight.stand not in SENDABLE or sight.dossier.is_changed:
        return
    if sight.dossier.left or sight.stand in BEFORE:
        key = "button.dossier.publish" if sight.stand in BEFORE else "button.dossier.send"
        yield [deed_button(sight, key, "send"), deed_button(sight, "button.dossier.break", "break")]


def _offer_stopping(sight: Sight) -> Iterator[Row]:
    stop = deed_button(sight, "button.cancel", "stop")
    if sight.stand in {Stand.PAUSED, Stand.HALTED}:
        yield [deed_button(sight, "button.resume", "resume"), stop]
    elif sight.dossier.is_under_way(sight.now):
        yield [deed_button(sight, "button.cast.pause", "pause"), stop]


def _offer_replies(sight: Sight) -> Row:
    label = sight.t.plain("button.dossier.replies")
    return [make_button(label, Act.REPLIES, str(sight.dossier.number))] if any(sight.dossier.replies) else []
