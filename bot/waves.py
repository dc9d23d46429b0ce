"""How the one message of waves looks: what is set apart, and what moderators may do with all of it. Pure.

    🌊 how many · each wave with its size and its newest wording ─ 👁 look ─▶ its wordings ─ 🗑 all · ♻️ all · 📄 one
    what was decided, by whom and when it is done ─ ⏪ undo

A button says up to which moment its presser saw the wave: what comes later is not decided with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.articles import write_moment
from bot.callbacks import Act
from bot.cards import link_actor
from bot.keyboards import Row, in_columns, make_button, make_keyboard
from bot.view import Screen
from locales import Html, Label, Texts
from newsroom.cutting import shorten
from newsroom.waves import Verdict, Wave

MOST_WAVES, MOST_WORDINGS, EXCERPT = 5, 8, 120


@dataclass(frozen=True, slots=True)
class Sea:
    """All waves, with wordings of those that are shown (`id`, `version`, `text`), and the numbers of the staff."""

    waves: Sequence[Wave]
    samples: Mapping[int, Sequence[Any]]
    numbers: Mapping[str, int]
    zone: str


def draw_waves(t: Texts, sea: Sea) -> Screen:
    """Say what is set apart, and offer to look at each wave."""
    shown = sea.waves[:MOST_WAVES]
    lines = [t("wave.head", count=sum(wave.count for wave in sea.waves)), t("wave.how")]
    lines += [_write_wave(t, sea, number, wave) for number, wave in enumerate(shown, 1)]
    if len(sea.waves) > len(shown):
        lines.append(t("wave.more", count=len(sea.waves) - len(shown)))
    buttons = [_offer(t, number, wave) for number, wave in enumerate(shown, 1)]
    return "\n\n".join(lines), make_keyboard(in_columns(buttons))


def _write_wave(t: Texts, sea: Sea, number: int, wave: Wave) -> str:
    since = Html(write_moment(wave.since, t, sea.zone))
    told = [t(f"wave.{wave.kind}", number=Label(number), count=wave.count, time=since)]
    told += [t("list.item", name=shorten(row.text, EXCERPT)) for row in sea.samples.get(wave.id, ())[:1]]
    return "\n".join([*told, *_write_verdict(t, sea, wave)])


def _write_verdict(t: Texts, sea: Sea, wave: Wave) -> list[str]:
    if wave.verdict is None or wave.due_at is None:
        return []
    who = link_actor(t, wave.decided_by or "", sea.numbers)
    return [t(f"wave.decided.{wave.verdict}", who=who, time=Html(write_moment(wave.due_at, t, sea.zone)))]


def _offer(t: Texts, number: int, wave: Wave) -> Any:
    way = "undo" if wave.verdict else "look"
    return make_button(t.plain(f"button.wave.{way}", number=Label(number)), Act.WAVE, str(wave.id), way)


def draw_wave(t: Texts, sea: Sea, wave: Wave) -> Screen:
    """Show the wordings of a wave, and offer what may be done with all that is seen."""
    samples = sea.samples.get(wave.id, ())[:MOST_WORDINGS]
    since = Html(write_moment(wave.since, t, sea.zone))
    lines = [t(f"wave.{wave.kind}", number=Label(sea.waves.index(wave) + 1), count=wave.count, time=since)]
    lines += [
        f"{t.number(number)}. {t('list.item', name=shorten(row.text, EXCERPT))}"
        for number, row in enumerate(samples, 1)
    ]
    verdict = _write_verdict(t, sea, wave)
    lines += verdict or [t("wave.ask", count=wave.count)]
    singles = in_columns(
        make_button(f"📄 {t.number(number)}", Act.CARD, row.id, "open", row.version)
        for number, row in enumerate(samples, 1)
    )
    return "\n\n".join(lines), make_keyboard([*_ways(t, wave), *singles, [_way(t, wave, "back")]])


def _ways(t: Texts, wave: Wave) -> list[Row]:
    if wave.verdict:
        return [[make_button(t.plain("button.card.undo"), Act.WAVE, str(wave.id), "undo")]]
    upto = f"{wave.newest.timestamp():.6f}"
    return [[_way(t, wave, str(verdict), f"{verdict}:{upto}")] for verdict in Verdict]


def _way(t: Texts, wave: Wave, name: str, data: str = "") -> Any:
    label = t.plain("button.card.back") if name == "back" else t.plain(f"button.wave.{name}", count=wave.count)
    return make_button(label, Act.WAVE, str(wave.id), data or name)


def draw_over(t: Texts, waves: Sequence[Wave]) -> Screen:
    """Say that nothing is set apart any more, or how much is, without a word of it."""
    count = sum(wave.count for wave in waves)
    return (t("wave.head", count=count) if count else t("wave.over")), None
