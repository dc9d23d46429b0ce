"""How things stand with a reader, in words: how and when news come, in which languages, by which clock.

Said on the screens of the settings and wherever something begins to come. What a reader can newly set is told here.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.articles import write_moment
from bot.view import View
from locales import OWN_NAMES, Html, Texts
from newsroom.preferences import OTHERS, READS
from newsroom.readers import Rhythm, Schedule, language_bit
from newsroom.zones import name_zone


def write_until(t: Texts, moment: datetime, zone: str) -> Html:
    """Answer when a pause ends."""
    return Html(write_moment(moment, t, zone))


def describe_schedule(t: Texts, schedule: Schedule) -> Html:
    """Answer how news come."""
    if schedule.rhythm is Rhythm.INSTANT:
        return Html(t("how.silent" if schedule.silent else "how.sound"))
    told = _describe_digest(t, schedule)
    return Html(f"{told} {t('how.no_sound')}" if schedule.silent else told)


def _describe_digest(t: Texts, schedule: Schedule) -> str:
    hour = t.hour(schedule.hour)
    if schedule.rhythm is Rhythm.HOURLY:
        return t("how.hourly")
    if schedule.rhythm is Rhythm.DAILY:
        return t("how.daily", hour=hour)
    return t("how.weekly", day=t.weekdays()[schedule.weekday], hour=hour)


def describe_quiet(t: Texts, schedule: Schedule) -> Html:
    """Answer when nothing comes."""
    if not schedule.is_ever_quiet:
        return Html(t("quiet.none"))
    told = t("quiet.hours", begin=t.hour(schedule.quiet_from), end=t.hour(schedule.quiet_to))
    return Html(f"{told} {t('quiet.wakes')}" if schedule.wakes else told)


def describe_zone(view: View) -> Html:
    """Answer the time zone with what its clocks show."""
    zone = view.schedule.zone
    time = view.t.in_digits(f"{view.now.astimezone(ZoneInfo(zone)):%H:%M}")
    return Html(view.t("timezone.now", zone=show_zone(view, zone), time=time))


def describe_reads(view: View) -> Html:
    """Answer the languages of the articles that come."""
    chosen = [language for language in READS if is_read(view, language)]
    if len(chosen) == len(READS):
        return Html(view.t("reads.all"))
    names = (name_language(view.t, language) for language in chosen)
    listed = Html(view.t.plain("list.comma").join(view.t("list.item", name=name) for name in names))
    return Html(view.t("reads.some", languages=listed))


def is_read(view: View, language: str) -> bool:
    """Tell whether articles in a language come."""
    return bool(view.reads & language_bit(language))


def name_language(t: Texts, language: str) -> str:
    """Answer what a language of articles is called: by its own name, as everywhere."""
    return t.plain("reads.others") if language == OTHERS else OWN_NAMES[language]


def show_zone(view: View, zone: str) -> str:
    """Answer what a time zone is called, with its offset now."""
    return view.t.in_digits(name_zone(zone, view.t.language, view.now))
