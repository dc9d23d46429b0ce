"""Listening, where several processes share a database: what another one made due wakes this one's workers at once.

Nothing rests on it: while the connection is lost, workers find their rows at the next poll.
"""

import asyncio
from dataclasses import dataclass

import structlog

from db.engine import Database
from db.wakeup import hear

log = structlog.get_logger()


@dataclass(slots=True)
class Listener:
    """One process's ear, on a connection of its own; a lost one is opened again after `rest` seconds."""

    database: Database
    rest: float = 1.0
    _is_deaf: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`."""
        listening = asyncio.create_task(self._keep_listening())
        try:
            await stop.wait()
        finally:
            listening.cancel()
            await asyncio.wait((listening,))

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  (the edge of the connection: whatever ends it, it is opened again)
                self._complain(error)
            await asyncio.sleep(self.rest)

    async def _listen(self) -> None:
        async with self.database.open_apart() as connection:
            async for job in hear(connection, self.database.name):
                if self._is_deaf:
                    self._is_deaf = False
                    log.info("other processes are heard again")
                self.database.on_due(job)

    def _complain(self, error: Exception) -> None:
        """Say once that the others are not heard, until they are heard again."""
        if not self._is_deaf:
            self._is_deaf = True
            reason = str(error) or type(error).__name__
            log.warning("other processes are not heard", reason=reason, meanwhile="rows are found at the next poll")
