"""Setting what one prefers: by a button of a settings screen, by a command, by a city or a place that was asked for.

Whatever changes when news come dates anew what already waits for the reader, in the same transaction.
"""

from telegram import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.callbacks import Act, Press
from bot.handlers.views import find_schedule, look
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.preferences import zone_button
from bot.screens import draw
from bot.standing import describe_zone, write_until
from bot.talk import Talk, echo
from db.store import deliveries, prompts, subscribers
from locales import DIGITS
from newsroom.errors import Refusal
from newsroom.preferences import decide_pause, decide_reads, decide_schedule, is_timed_alike
from newsroom.readers import is_paused, next_due
from newsroom.zones import find_zones, zone_at

CITY, LOCATION = "timezone", "location"
FIND, LONGEST_PROMPT = "find:", 32  # begins the prompt of a picker, before the screen that is come back to; characters
ASKED = {CITY, LOCATION, "follow"}  # what a button may ask for: a prompt, and its text
NO_PAUSE = "0"


async def show_settings(_update: Update, talk: Talk) -> None:
    """Show how things stand, and the way to change them."""
    talk.require_right()
    talk.say(*draw("settings", await look(talk)))


async def show_timezone(_update: Update, talk: Talk) -> None:
    """Set the time zone by what it is called, or offer some."""
    talk.require_right()
    if talk.argument:
        await take_city(talk, talk.argument)
    else:
        talk.say(*draw("zone", await look(talk)))


async def pause(_update: Update, talk: Talk) -> None:
    """Let nothing come for a span, or offer some."""
    talk.require_right()
    if not talk.argument:
        talk.say(*draw("pause", await look(talk)))
    elif await set_pause(talk, talk.argument) and talk.subscriber and talk.subscriber.paused_until:
        until = write_until(talk.t, talk.subscriber.paused_until, (await find_schedule(talk)).zone)
        end = make_button(talk.t.plain("button.resume"), Act.SET, f"pause:{NO_PAUSE}", "settings")
        talk.say(talk.t("pause.done", until=until), make_keyboard([[end, settings_button(talk)]]))
    else:
        _, keyboard = draw("pause", await look(talk))
        talk.say(talk.t("pause.unknown"), keyboard)


async def resume(_update: Update, talk: Talk) -> None:
    """End a pause, or a stop."""
    talk.say(talk.t("start.resumed" if await end_rest(talk) else "resume.nothing"))


async def prefer(talk: Talk, what: str) -> None:
    """Let a preference be as a button says. Raises Refusal for what cannot be."""
    name, _, value = what.partition(":")
    reader = await talk.reader()
    match name:
        case "digits":
            await talk.change(digits=value if value in DIGITS else reader.digits)
        case "reads":
            await talk.change(reads=decide_reads(reader.reads, value))
        case "announcements":
            await talk.change(announcements=value == "1")
        case "pause" if value == NO_PAUSE:
            if await end_rest(talk):
                talk.nod(talk.t.plain("start.resumed"))
        case "pause":
            await set_pause(talk, value)
        case _:
            await set_schedule(talk, name, value)


async def set_schedule(talk: Talk, name: str, value: str) -> None:
    """Let one side of the schedule be otherwise; who chooses a rhythm wants news, be they stopped."""
    await talk.reader()
    before = await find_schedule(talk)
    after = decide_schedule(before, name, value)
    if after != before:
        await talk.change(schedule_id=await subscribers.intern(talk.connection, after))
    if not is_timed_alike(before, after):
        await date_again(talk)
    if name == "rhythm" and await talk.resume():
        talk.nod(talk.t.plain("start.resumed"))


async def set_pause(talk: Talk, said: str) -> bool:
    """Let nothing come for a span from now on; tells whether one was said. Raises Refusal past a year.

    It ends a stop: only for a reader who is active is kept what comes meanwhile.
    """
    await talk.reader()
    until = decide_pause(said, (await find_schedule(talk)).zone, talk.visit.now)
    if until is None:
        return False
    await talk.resume()
    await talk.change(paused_until=until)
    await date_again(talk)
    return True


async def end_rest(talk: Talk) -> bool:
    """End a pause and a stop; tells whether there was either."""
    reader = await talk.reader()
    was_paused = is_paused(reader.paused_until, talk.visit.now)
    if was_paused:
        await talk.change(paused_until=None)
        await date_again(talk)
    return await talk.resume() or was_paused


async def date_again(talk: Talk) -> None:
    """Let what waits for the reader fall due as it is preferred now."""
    reader = await talk.reader()
    due_at = next_due(await find_schedule(talk), reader.paused_until, talk.visit.now)
    await deliveries.date_again(talk.connection, reader.id, due_at)


async def ask(talk: Talk, press: Press) -> None:
    """Wait for what a button asks for, which only a private chat can answer."""
    if press.what not in ASKED or not talk.is_private:
        raise Refusal("button.old")
    waits = f"{FIND}{press.screen}"[:LONGEST_PROMPT] if press.what == "follow" else press.what
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, waits, talk.visit.now)
    text = talk.t(f"prompt.{press.what}")
    if press.what == LOCATION:
        talk.say(text, _ask_location(talk))
    else:
        talk.redraw(text, make_keyboard([[make_button(talk.t.plain("button.drop"), Act.DROP, screen=press.screen)]]))


def _ask_location(talk: Talk) -> ReplyKeyboardMarkup:
    share = KeyboardButton(talk.t.plain("button.location"), request_location=True)
    drop = KeyboardButton(talk.t.plain("button.drop"))
    return ReplyKeyboardMarkup([[share], [drop]], resize_keyboard=True, one_time_keyboard=True)


async def take_city(talk: Talk, said: str) -> bool:
    """Set the time zone that is meant, or ask which; tells whether any is."""
    zones = find_zones(said)
    if len(zones) == 1:
        await set_schedule(talk, "zone", zones[0])
        talk.say(await _tell_zone(talk), make_keyboard([[settings_button(talk)]]))
    elif zones:
        view = await look(talk)
        talk.say(
            talk.t("timezone.which", name=echo(said)), make_keyboard(in_columns(zone_button(view, z) for z in zones))
        )
    else:
        talk.say(talk.t("timezone.unknown", name=echo(said)))
    return bool(zones)


async def take_location(update: Update, talk: Talk) -> None:
    """Set the time zone of a place that was asked for, which nobody keeps; the keyboard that asked is gone then."""
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now)
    zone = _find_zone(update) if waited == LOCATION else None
    if zone is None:
        talk.say(talk.t("timezone.no_location"), ReplyKeyboardRemove())
        return
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    await set_schedule(talk, "zone", zone)
    talk.say(await _tell_zone(talk), ReplyKeyboardRemove())


def _find_zone(update: Update) -> str | None:
    """Answer the zone of the place that was sent. What goes wrong may name the place, so it is never raised on."""
    place = update.effective_message.location if update.effective_message else None
    try:
        return zone_at(place.latitude, place.longitude) if place else None
    except ValueError:
        return None


async def _tell_zone(talk: Talk) -> str:
    return talk.t("timezone.saved", zone=describe_zone(await look(talk)))


def settings_button(talk: Talk) -> InlineKeyboardButton:
    """Answer the way to the settings."""
    return make_button(talk.t.plain("button.settings"), Act.GO, "settings")


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("settings", show_settings),
    CommandHandler("timezone", show_timezone),
    CommandHandler("pause", pause),
    CommandHandler("resume", resume),
    MessageHandler(filters.ChatType.PRIVATE & filters.LOCATION, take_location),
]
