"""Answers leave: at once after their transaction has committed, in their order, and settled when they are through.

An answer is an outbox row that its handler's worker has claimed already. What does not get through at once (a 429, the
net) is an outbox row like any other from then on, and the delivery loop sends it as soon as it may.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk import Answer
from db.store import outbox
from db.store.outbox import Message
from db.store.queue import DeliveryQueue
from db.store.workers import WorkerLease
from newsroom.delivery import Sender
from newsroom.outcomes import Attempt, Came, Outcome, decide_outcome
from newsroom.pushes import Lane
from newsroom.work import Claimed, Landed, Rendering

TYPING = Rendering("sendChatAction", b'{"action":"typing"}')
KEPT_FOR = timedelta(minutes=10)  # after a crash, an older answer is not sent any more
TOAST = "answerCallbackQuery"
NO_CHAT = 0


@dataclass(slots=True)
class Answerer:
    """Writes answers into the transaction of their cause, and sends them after it."""

    queue: DeliveryQueue
    sender: Sender
    lease: WorkerLease
    _unsettled: list[Landed] = field(default_factory=list)
    _knows_rich: bool = True  # as far as this server has told

    async def write(
        self, connection: AsyncConnection, update_id: int, answers: Sequence[Answer], now: datetime
    ) -> list[Claimed]:
        """Put answers on record as this worker's, once for each update; those to a chat that was told to wait, queued.

        Where older ones are over their time, they leave before these.
        """
        reached = {*map(_chat_of, answers)} - {NO_CHAT}
        lines = {chat_id: await outbox.find_line(connection, chat_id, now) for chat_id in sorted(reached)}
        free = [chat_id for chat_id, line in lines.items() if line.is_overdue and not line.until]
        written = [row for chat in free for row in await outbox.take_over(connection, self.lease.id, chat, now)]
        for number, answer in enumerate(answers):
            payload, until = orjson.dumps(answer.payload), lines.get(_chat_of(answer), outbox.Line()).until
            key, late = answer.key or f"u{update_id}.{number}", now + KEPT_FOR
            message = Message(key, answer.method, payload, answer.chat_id or None, Lane.ANSWER, late)
            row_id = await outbox.add(connection, message, now, None if until else self.lease.id, until)
            if row_id is not None and until is None:
                content = Rendering(answer.method, payload, rich=orjson.dumps(answer.rich) if answer.rich else b"")
                written.append(_claimed(row_id, answer.chat_id, self.lease.id, now, content))
        return written

    async def send(self, rows: Sequence[Claimed]) -> None:
        """Send what was written, one after another, and settle it."""
        landed: list[Landed] = []
        flood = await self.queue.answers_wait()  # seconds that all wait
        behind: dict[int, float] = {}  # seconds that those of a chat wait with the one that did not get through
        for row in rows:
            wait = flood or (0.0 if _is_toast(row) else behind.get(row.chat_id, 0.0))
            outcome = Outcome(Came.RETURNED, retry_after=wait) if wait else await self._send(row)
            now = self.lease.now()
            verdict = decide_outcome(row.attempt, outcome, now)
            landed.append(Landed(row, outcome, verdict))
            if verdict.due_at and not _is_toast(row):
                behind.setdefault(row.chat_id, (verdict.due_at - now).total_seconds())
        await self.settle(landed)

    async def show_typing(self, chat_id: int) -> None:
        """Show in a chat, for five seconds or until the answer comes, that there will be one (Bot API, sendChatAction).

        It is no message: nothing is on record, and whatever becomes of it, the answer comes.
        """
        row = _claimed(0, chat_id, self.lease.id, self.lease.now(), TYPING)
        await self.sender.send(row, TYPING)

    async def settle(self, landed: Sequence[Landed] = ()) -> None:
        """Settle what landed, and what could not be settled before: what came back is known only here until then."""
        landed, self._unsettled = [*self._unsettled, *landed], []
        if landed:
            try:
                await self.queue.settle_answers(landed)
            except BaseException:
                self._unsettled = [*landed, *self._unsettled]
                raise

    async def _send(self, row: Claimed) -> Outcome:
        if not isinstance(row.content, Rendering):
            raise TypeError("an answer is ready when it is written")
        if not self.lease.holds(row.worker_id):
            return Outcome(Came.RETURNED)  # the others may have it by now
        if row.content.rich and self._knows_rich:
            outcome = await self.sender.send(row, Rendering("sendRichMessage", row.content.rich))
            if outcome.came not in {Came.REFUSED, Came.HALT}:
                return outcome
            self._knows_rich = outcome.came is Came.REFUSED  # 404: there is no such method
        return await self.sender.send(row, row.content)


def _chat_of(answer: Answer) -> int:
    """Answer the chat that an answer reaches: it may stand in the text alone."""
    return answer.chat_id or int(answer.payload.get("chat_id", NO_CHAT))


def _is_toast(row: Claimed) -> bool:
    """Tell whether it answers a press alone: it reaches no chat, and is of no use when it comes late."""
    return isinstance(row.content, Rendering) and row.content.method == TOAST


def _claimed(row_id: int, chat_id: int, worker_id: str, now: datetime, content: Rendering) -> Claimed:
    """Answer a row that never waited: it is claimed as it is written."""
    return Claimed(
        row_id=row_id,
        chat_id=chat_id,
        chat_kind="private" if chat_id > 0 else "group",
        thread_id=0,
        worker_id=worker_id,
        claimed_at=now,
        slot_at=now,
        attempt=Attempt(0, 0),
        content=content,
    )
