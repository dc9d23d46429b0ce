"""What the desk must know, told to its people in private by outbox rows, in the transaction of what they must know.

A new thing to tell is a method here, its text in four languages, and the buttons of `bot/handlers/deciding.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineKeyboardMarkup

from bot.articles import write_moment
from bot.callbacks import Act
from bot.channels import draw_attached
from bot.gate import draw_gate, draw_withdrawn
from bot.grouping import Question, draw_purpose, write_spot
from bot.keyboards import make_button, make_keyboard
from bot.sources import draw_probe, explain
from bot.tongue import speak_to
from bot.topicwords import draw_trial
from bot.view import Screen
from db.store import articles, broadcasts, gate, outbox, staff
from db.store.outbox import Message
from db.store.probes import Probe, Reading
from db.store.sources import Source
from db.store.subscribers import Subscriber
from db.store.topics import Proposal
from db.store.wishes import Wish
from locales import Html, Label, Texts, texts
from newsroom.amendments import Amendment
from newsroom.backups import Backup
from newsroom.pushes import Lane
from newsroom.reasons import Reason
from newsroom.retagging import Trial
from newsroom.roles import Role, who_has
from newsroom.taxonomy import Taxonomy
from newsroom.work import Claimed, Landed, Refusal, Shape

OFFSET = re.compile(r"byte offset (\d+)")  # where Telegram says that a text is wrong, in bytes of UTF-8
NUMBERS = re.compile(r"\d+")  # in which refusals of the same fault differ
AROUND = 60  # bytes shown on each side of it
SHOWN = 200  # characters shown of a text of which it says no place


@dataclass(slots=True)
class Desk:
    """Tells editors; each of them once, as far as they have written to the bot."""

    now: Callable[[], datetime]
    language: str
    zone: str = "UTC"  # for apps that do not write a moment as their reader's clock has it

    async def tell_stopped(self, connection: AsyncConnection, land: Landed) -> None:
        """Tell the editors which text Telegram refuses, and why."""
        shape = land.claimed.content
        if not isinstance(shape, Shape):
            return
        reason, body = land.outcome.reason, land.rendering.body if land.rendering else b""
        if not shape.story_id:
            await self._tell_of_broadcast(connection, "stopped", shape.push_id, reason)
            return

        def write(t: Texts) -> str:
            return t("desk.stopped", number=Label(shape.story_id), **_fault(shape.language, reason, body))

        key = f"stopped:{shape.push_id}:{shape.language}:{int(shape.public)}:{self.now().timestamp()}"
        await self._tell(connection, key, write, lambda t: ways_of_push(t, shape.push_id))

    async def tell_refused(self, connection: AsyncConnection, refusal: Refusal) -> None:
        """Tell the editors which text Telegram refuses to the few who were to get it, and why."""
        if not refusal.story_id:
            await self._tell_of_broadcast(connection, "refused", refusal.push_id, refusal.reason)
            return

        def write(t: Texts) -> str:
            facts = _fault(refusal.language, refusal.reason, refusal.body)
            return t("desk.refused", number=Label(refusal.story_id), **facts)

        key = f"refused:{refusal.push_id}:{refusal.language}:{int(refusal.public)}:{self.now().timestamp()}"
        await self._tell(connection, key, write, lambda t: ways_of_push(t, refusal.push_id))

    async def tell_digest(self, connection: AsyncConnection, land: Landed) -> None:
        """Tell the editors which digest Telegram refuses, and why; of refusals alike in a language once a day."""
        shape, reason = land.claimed.content, land.outcome.reason
        if not isinstance(shape, Shape):
            return
        facts = _fault(shape.language, reason, land.rendering.body if land.rendering else b"")
        key = f"digest:{shape.language}:{NUMBERS.sub('', reason)}:{self.now():%Y-%m-%d}"
        await self._tell(connection, key, lambda t: t("desk.digest", **facts), lambda _t: None)

    async def tell_held(self, connection: AsyncConnection, push_id: int, story_id: int) -> None:
        """Tell the editors that a push waits for them, since too many chats seemed gone; a broadcast's card does."""
        if not story_id:
            return
        await self._tell(
            connection,
            f"held:{push_id}:{self.now().timestamp()}",
            lambda t: t("desk.held", number=Label(story_id)),
            lambda t: ways_of_push(t, push_id),
        )

    async def tell_lost(self, connection: AsyncConnection, chat_id: int, reason: str) -> None:
        """Tell the editors that nothing can be written any more in a channel, or where moderators sit together.

        Of each chat once a day.
        """

        def write(t: Texts) -> str:
            return t("desk.lost", chat=Html(chat_id), reason=reason)

        await self._tell(connection, f"lost:{chat_id}:{self.now():%Y-%m-%d}", write, lambda _t: None)

    async def ask_doubt(self, connection: AsyncConnection, claimed: Claimed) -> None:
        """Ask the editors whether a channel has what nobody could tell that it has; a broadcast is never repeated."""
        shape = claimed.content
        if not isinstance(shape, Shape) or not shape.story_id:
            return
        row = f"{shape.push_id}:{claimed.row_id}"
        await self._tell(
            connection,
            f"doubt:{row}:{claimed.attempt.doubts}",
            lambda t: t("desk.doubt", number=Label(shape.story_id), chat=Html(claimed.chat_id)),
            lambda t: ways_of_doubt(t, row),
        )

    async def tell_source(
        self, connection: AsyncConnection, source: Source, state: str, since: datetime, reason: Reason | None = None
    ) -> None:
        """Tell the editors that a source fails, is gone for good or is well again."""

        def write(t: Texts) -> str:
            why = {"reason": explain(t, reason)} if reason else {}
            return t(f"desk.source.{state}", title=source.title or source.url, url=source.url, **why)

        await self._tell(connection, f"source:{source.id}:{state}:{since.timestamp():.0f}", write, lambda _t: None)

    async def ask_gate(self, connection: AsyncConnection, number: int, taxonomy: Taxonomy) -> None:
        """Ask the editors whether an article may pass; a version that says otherwise is asked about anew."""
        article = await gate.find(connection, number)
        tags = await articles.list_topics(connection, number)
        if article:
            key = f"gate:{number}:{article.version}"
            await self._tell_screen(connection, key, lambda t: draw_gate(t, article, tags, taxonomy))

    async def ask_withdrawn(self, connection: AsyncConnection, number: int) -> None:
        """Ask the editors whether an article that its source took back is to be taken back."""
        if article := await articles.find(connection, number):
            await self._tell_screen(connection, f"withdrawn:{number}", lambda t: draw_withdrawn(t, article))

    async def tell_probe(self, connection: AsyncConnection, probe: Probe, reading: Reading, taxonomy: Taxonomy) -> None:
        """Show the editor who asked what is read at an address, and whether it is collected now."""
        screen = draw_probe(texts(probe.language), probe, reading, taxonomy)
        await self._write(connection, f"probe:{probe.id}", probe.chat_id, screen)

    async def tell_unread(self, connection: AsyncConnection, probe: Probe, reason: Reason) -> None:
        """Tell the editor who asked why nothing can be read at an address."""
        t = texts(probe.language)
        text = t("probe.unread", url=probe.url, reason=explain(t, reason))
        await self._write(connection, f"probe:{probe.id}", probe.chat_id, (text, None))

    async def tell_backup(self, connection: AsyncConnection, wish: Wish, backup: Backup | None) -> None:
        """Tell an admin of the backup that is made: its name, size and moment; or that none could be made."""
        t = texts(wish.language)
        text = t("backup.failed")
        if backup:
            moment = Html(write_moment(backup.made_at, t, self.zone))
            text = t("backup.made", name=Html(backup.name), size=max(1, backup.size // 1000), time=moment)
        await self._write(connection, f"backup:{wish.id}", wish.chat_id, (text, None))

    async def tell_trial(
        self, connection: AsyncConnection, proposal: Proposal, before: Amendment, trial: Trial, taxonomy: Taxonomy
    ) -> None:
        """Show the editor who proposed it what a change of a topic's words would do."""
        if proposal.chat_id:
            t = texts(proposal.language)
            screen = draw_trial(t, taxonomy.name(proposal.tag, t.language), proposal, before, trial)
            await self._write(connection, f"trial:{proposal.id}", proposal.chat_id, screen)

    async def tell_retagged(
        self, connection: AsyncConnection, proposal: Proposal, articles: int, taxonomy: Taxonomy
    ) -> None:
        """Tell the editor who changed a topic how many articles were told so."""
        if proposal.chat_id:
            t = texts(proposal.language)
            key = "topicwords.retagged" if articles else "topicwords.retagged.none"
            text = t(key, topic=taxonomy.name(proposal.tag, t.language), n=articles)
            await self._write(connection, f"retagged:{proposal.id}", proposal.chat_id, (text, None))

    async def tell_attached(
        self, connection: AsyncConnection, editor: int, channel: Subscriber, title: str, *, follows: bool
    ) -> None:
        """Tell the editor who let the bot post in a channel what to do next, as far as he has written to the bot.

        The title stands in this message alone, whose text goes when it has arrived.
        """
        if editor in await staff.list_reachable(connection, who_has(Role.EDITOR)):
            screen = draw_attached(await speak_to(connection, editor, self.language), channel, title, follows=follows)
            await self._write(connection, f"channel:{channel.id}:{self.now().timestamp()}", editor, screen)

    async def ask_purpose(self, connection: AsyncConnection, user_id: int, question: Question) -> None:
        """Ask one of the staff, who has written to the bot, what a group is for into which he brought it."""
        screen = draw_purpose(await speak_to(connection, user_id, self.language), question)
        await self._write(connection, f"group:{write_spot(question.spot)}:{self.now().timestamp()}", user_id, screen)

    async def tell_stranger(self, connection: AsyncConnection, chat_id: int) -> None:
        """Tell the editors that somebody else wants the bot to post in a channel; of each channel once a day."""

        def write(t: Texts) -> str:
            return t("desk.channel", chat=str(chat_id))

        await self._tell(connection, f"stranger:{chat_id}:{self.now():%Y-%m-%d}", write, lambda _t: None)

    async def _tell_of_broadcast(self, connection: AsyncConnection, what: str, push_id: int, reason: str) -> None:
        """Tell the editors that Telegram refuses the words of a broadcast, and the way to its card."""
        broadcast = await broadcasts.find_by_push(connection, push_id)
        if broadcast is None:
            return
        number = Label(broadcast.id)

        def offer(t: Texts) -> InlineKeyboardMarkup | None:
            label = t.plain("button.cast.open", number=number)
            return make_keyboard([[make_button(label, Act.CAST, str(broadcast.id), "preview", broadcast.version)]])

        key = f"{what}:{push_id}:{self.now().timestamp()}"
        await self._tell(connection, key, lambda t: t("desk.broadcast", number=number, reason=reason), offer)

    async def _tell(
        self,
        connection: AsyncConnection,
        key: str,
        write: Callable[[Texts], str],
        offer: Callable[[Texts], InlineKeyboardMarkup | None],
    ) -> None:
        """Write a message to each editor in the editor's language; the same key twice writes once."""
        await self._tell_screen(connection, key, lambda t: (write(t), offer(t)))

    async def _tell_screen(self, connection: AsyncConnection, key: str, draw: Callable[[Texts], Screen]) -> None:
        for chat_id in await staff.list_reachable(connection, who_has(Role.EDITOR)):
            screen = draw(await speak_to(connection, chat_id, self.language))
            await self._write(connection, f"{key}:{chat_id}", chat_id, screen)

    async def _write(self, connection: AsyncConnection, key: str, chat_id: int, screen: Screen) -> None:
        text, keyboard = screen
        markup = {"reply_markup": keyboard.to_dict()} if keyboard else {}
        payload = {"text": text, "parse_mode": "HTML", **markup}
        message = Message(key, "sendMessage", orjson.dumps(payload), chat_id, Lane.MODERATION)
        await outbox.add(connection, message, self.now())


def _fault(language: str, reason: str, body: bytes) -> dict[str, str]:
    """Answer what there is to say of a refused text."""
    return {"language": language, "reason": reason, "excerpt": find_fault(body, reason)}


def find_fault(body: bytes, reason: str) -> str:
    """Answer the part of a refused text that the reason speaks of, or its beginning."""
    try:
        text = str(orjson.loads(body).get("text", ""))
    except ValueError:
        return ""
    told = OFFSET.search(reason)
    if told is None:
        return text[:SHOWN]
    place = int(told[1])
    return text.encode()[max(0, place - AROUND) : place + AROUND].decode(errors="ignore")


def ways_of_push(t: Texts, push_id: int) -> InlineKeyboardMarkup | None:
    """Answer what may be done with a push that waits for a person."""
    resume = make_button(t.plain("button.resume"), Act.PUSH, str(push_id), "resume")
    return make_keyboard([[resume, make_button(t.plain("button.cancel"), Act.PUSH, str(push_id), "cancel")]])


def ways_of_doubt(t: Texts, row: str) -> InlineKeyboardMarkup | None:
    """Answer what may be said of a row in doubt."""
    arrived = make_button(t.plain("button.arrived"), Act.DOUBT, row, "arrived")
    return make_keyboard([[arrived, make_button(t.plain("button.again"), Act.DOUBT, row, "again")]])
