"""The time that work is measured by: the database's, so that workers whose clocks differ agree.

On SQLite that is the machine's. On PostgreSQL the difference is measured at every heartbeat and carried on the
monotonic clock between them. [Measured: a worker 1.5 s off sent 36 messages in a second at a limit of 28.]
"""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from db.engine import Database


class DatabaseClock:
    """Answers the database's time when called: aware UTC."""

    def __init__(self) -> None:
        self._read_at = time.monotonic()
        self._moment = datetime.now(UTC)
        self._is_ours = True

    def __call__(self) -> datetime:
        """Answer the time."""
        if self._is_ours:
            return datetime.now(UTC)
        return self._moment + timedelta(seconds=time.monotonic() - self._read_at)

    async def set_by(self, database: Database) -> None:
        """Read the database's clock; half of the way there and back is the error."""
        if database.is_sqlite:
            return
        asked = time.monotonic()
        async with database.read() as connection:
            moment = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        self._read_at, self._moment = (asked + time.monotonic()) / 2, moment
        self._is_ours = False
