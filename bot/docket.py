"""The docket: what moderators' messages are drawn from, in the language of each place, and what the clock tells them.

    place, card ─▶ facts (read once) ─▶ bot/cards.py ─▶ a payload       for the job that keeps cards, and for presses
    a reminder, an escalation, a presser without a role ─▶ outbox rows, each once

Whatever is to be told to moderators by itself is a method here, its text in four languages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles import write_moment
from bot.callbacks import Act
from bot.cards import draw, draw_over, link_actor, write_brief
from bot.facts import Light, read_facts
from bot.keyboards import Row, make_button, make_keyboard
from bot.tongue import speak_to
from bot.view import Screen
from bot.waves import MOST_WAVES, MOST_WORDINGS, Sea, draw_wave, draw_waves
from bot.waves import draw_over as draw_over_waves
from db.store import choices, outbox, overseeing, staff, waves
from db.store.bans import Ban
from db.store.cards import Spot
from db.store.outbox import Message
from locales import Html, Label, Texts
from newsroom.cards import Card, Kind, Rules, handle, is_open
from newsroom.pushes import Lane
from newsroom.roles import Role, who_has


@dataclass(slots=True)
class Docket:
    """Draws moderators' messages, and writes those that come by themselves."""

    now: Callable[[], datetime]
    language: str
    zone: str
    rules: Rules

    async def render(self, connection: AsyncConnection, chat_id: int, card: Card, waiting: int) -> dict[str, Any]:
        """Answer what is to be seen in a message, as the Bot API takes it."""
        t = await self.speak_to(connection, chat_id)
        if card.kind is Kind.COUNTER:
            is_left = card.is_closing
            return write((t("queue.left"), None) if is_left else await self.draw_count(connection, t, waiting))
        if card.kind is Kind.LIST:
            return write((t("found.over"), None))
        if card.kind is Kind.PHOTO:
            return await self.draw_photo(connection, t, card)
        if card.kind is Kind.WAVE:
            return write(await self.draw_waves(connection, t, card))
        return write(await self.draw(connection, t, chat_id, card))

    async def draw(self, connection: AsyncConnection, t: Texts, chat_id: int, card: Card) -> Screen:
        """Draw a card as it should be now."""
        facts = await read_facts(connection, card.reply_id or "", self.now(), card.asks)
        light = Light(t, self.zone, self.now(), card.asks, self.rules, is_private=chat_id > 0)
        if facts is None or not is_open(card, facts.reply, light.now):
            return draw_over(facts, light)
        return draw(facts, light)

    async def draw_count(self, connection: AsyncConnection, t: Texts, waiting: int) -> Screen:
        """Say how many wait, and since when."""
        oldest = await overseeing.find_oldest(connection)
        if oldest is None:
            return t("queue.empty"), None
        return t("queue.count", waiting=waiting, time=Html(write_moment(oldest, t, self.zone))), None

    async def draw_photo(self, connection: AsyncConnection, t: Texts, card: Card) -> dict[str, Any]:
        """Show the photo of a reply by its file, with whose it is and of which article; nothing of who sent it."""
        facts = await read_facts(connection, card.reply_id or "", self.now())
        about = write_brief(t, facts) if facts else ""
        photo = await overseeing.find_photo(connection, card.reply_id or "")
        return {"photo": photo, "caption": f"🖼 {about}", "parse_mode": "HTML"}

    async def draw_waves(self, connection: AsyncConnection, t: Texts, card: Card) -> Screen:
        """Say what is set apart as waves, or show the one that is looked at."""
        found = await waves.list_living(connection)
        asked = next((wave for wave in found if str(wave.id) == card.asks), None)
        if card.is_closing or not found:
            return draw_over_waves(t, found)
        shown = [asked] if asked else found[:MOST_WAVES]
        samples = {wave.id: await waves.list_samples(connection, wave.id, MOST_WORDINGS) for wave in shown}
        sea = Sea(found, samples, await overseeing.number_staff(connection), self.zone)
        return draw_wave(t, sea, asked) if asked else draw_waves(t, sea)

    async def speak_to(self, connection: AsyncConnection, chat_id: int) -> Texts:
        """Answer the language of a chat of moderators."""
        return await speak_to(connection, chat_id, self.language)

    async def remind(self, connection: AsyncConnection, waiting: int) -> None:
        """Remind moderators of what waits; several reminders of an hour are one."""
        await self._tell(connection, "remind", "queue.remind", await self._list_places(connection), waiting)

    async def escalate(self, connection: AsyncConnection, waiting: int) -> None:
        """Tell the leads that something waits for too long; several of an hour are one."""
        leads = [Spot(chat_id) for chat_id in await staff.list_reachable(connection, LEADS)]
        await self._tell(connection, "escalate", "queue.escalate", leads, waiting)

    async def _list_places(self, connection: AsyncConnection) -> list[Spot]:
        """Answer where moderators sit together, or the private chat of each."""
        if desk := await choices.find_desk(connection, self.rules):
            return [desk]
        return [Spot(chat_id) for chat_id in await staff.list_reachable(connection, MODERATORS)]

    async def _tell(
        self, connection: AsyncConnection, what: str, key: str, places: Sequence[Spot], waiting: int
    ) -> None:
        oldest, now = await overseeing.find_oldest(connection) or self.now(), self.now()
        for spot in places:
            t = await self.speak_to(connection, spot.chat_id)
            told = t(key, waiting=waiting, time=Html(write_moment(oldest, t, self.zone)))
            await _put(connection, f"{what}:{now:%Y-%m-%d-%H}", spot, write((told, None)), now)

    async def write_to_all(self, connection: AsyncConnection, key: str, draw: Callable[[Texts], Screen]) -> None:
        """Write to moderators where they sit together, or to each; the same key twice writes once."""
        for spot in await self._list_places(connection):
            payload = write(draw(await self.speak_to(connection, spot.chat_id)))
            await _put(connection, key, spot, payload, self.now())

    async def ask_role(self, connection: AsyncConnection, user_id: int) -> None:
        """Ask the owners whether somebody who pressed in the moderators' group is to be one; once a day for each."""
        for chat_id in await staff.list_reachable(connection, [Role.OWNER]):
            t = await self.speak_to(connection, chat_id)
            who = Html(f'<a href="tg://user?id={user_id}">{user_id}</a>')
            ways = [
                make_button(t.plain(f"button.role.{way}"), Act.ROLE, str(user_id), way) for way in ("give", "leave")
            ]
            screen = t("role.asked", who=who), make_keyboard([ways])
            await _put(connection, f"role:{user_id}:{self.now():%Y-%m-%d}", Spot(chat_id), write(screen), self.now())

    async def ask_about_ban(self, connection: AsyncConnection, ban: Ban) -> None:
        """Ask moderators whether a ban that is appealed is to stay; who banned is named, for somebody else decides."""
        for spot in await self._list_places(connection):
            t = await self.speak_to(connection, spot.chat_id)
            line = await write_ban(connection, t, ban, self.zone)
            payload = write((f"{t('bans.appealed')}\n{line}", make_keyboard([ban_buttons(t, ban)])))
            key = f"appeal:{handle(ban.author_key)}:{ban.at.timestamp()}"
            await _put(connection, key, spot, payload, self.now())


MODERATORS, LEADS = who_has(Role.MODERATOR), who_has(Role.LEAD)


async def write_ban(connection: AsyncConnection, t: Texts, ban: Ban, zone: str) -> str:
    """Answer a ban as moderators see it: the pen, until when, why and by whom, and whether it is appealed."""
    number = await overseeing.find_pen(connection, ban.author_key)
    pen = t.plain("pens.number", number=Label(number)) if number else t.plain("card.pen.gone")
    who = link_actor(t, ban.actor, await overseeing.number_staff(connection))
    until, reason = Html(write_moment(ban.until, t, zone)), t.plain(f"reason.{ban.code}")
    line = t("bans.line", pen=pen, until=until, reason=reason, who=who)
    if is_contested(ban):
        return f"{line}\n{t('bans.contested')}"
    return f"{line}\n{t('bans.kept')}" if ban.kept_at else line


def ban_buttons(t: Texts, ban: Ban, pen: str = "") -> Row:
    """Answer what may be done about a ban: end it, or let it stand where it is appealed; in a list its pen is named."""
    what, (lift, keep) = handle(ban.author_key), ("", "stay") if pen else ("lift", "keep")
    label = t.plain("button.lift", pen=pen) if pen else t.plain("button.ban.lift")
    row = [make_button(label, Act.BANS, what, lift)]
    return [*row, make_button(t.plain("button.ban.keep"), Act.BANS, what, keep)] if is_contested(ban) else row


def is_contested(ban: Ban) -> bool:
    """Tell whether a ban is appealed, and nobody has looked at that yet."""
    return ban.appealed_at is not None and ban.kept_at is None


def write(screen: Screen) -> dict[str, Any]:
    """Answer a screen as the Bot API takes it; without buttons it takes those away that were there."""
    text, keyboard = screen
    markup = keyboard.to_dict() if keyboard else {"inline_keyboard": []}
    return {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, "reply_markup": markup}


async def _put(connection: AsyncConnection, key: str, spot: Spot, payload: dict[str, Any], now: datetime) -> None:
    """Write a message to a place; the same key twice writes once in each."""
    body = orjson.dumps(payload | ({"message_thread_id": spot.thread_id} if spot.thread_id else {}))
    message = Message(f"{key}:{spot.chat_id}", "sendMessage", body, spot.chat_id, Lane.MODERATION)
    await outbox.add(connection, message, now)
