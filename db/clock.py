"""The time that work is measured by: the database's, so that workers whose clocks differ agree.

On SQLite that is the machine's. On PostgreSQL it is read at every heartbeat and carried on the monotonic clock between
them. A reading may be wrong by half the time that it took, so the surest is kept until another is surer.
[Measured: a worker 1.5 s off sent 36 messages in a second at a limit of 28; on a busy machine single readings were
80 ms off, and 64 left in a second at 60.]
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from db.engine import Database

READINGS = 3  # each time: the first may have to open a connection or a transaction
DRIFT = 1e-4  # seconds that two clocks may part in a second


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database's clock said when ours, the monotonic one, said `read_at`, give or take `error` seconds."""

    read_at: float
    moment: datetime
    error: float

    def at(self, ours: float) -> datetime:
        """Answer what the database's clock says when ours says this."""
        return self.moment + timedelta(seconds=ours - self.read_at)


def choose_reading(known: Reading, new: Reading) -> Reading:
    """Answer the surer of two readings, or the newer where both cannot be true: the clock was set anew."""
    error = known.error + (new.read_at - known.read_at) * DRIFT
    apart = abs((new.moment - known.at(new.read_at)).total_seconds())
    return new if new.error <= error or apart > new.error + error else known


class DatabaseClock:
    """Answers the database's time when called: aware UTC."""

    def __init__(self) -> None:
        self._reading: Reading | None = None

    def __call__(self) -> datetime:
        """Answer the time."""
        return self._reading.at(time.monotonic()) if self._reading else datetime.now(UTC)

    async def set_by(self, database: Database) -> None:
        """Read the database's clock."""
        if database.is_sqlite:
            return
        async with database.read() as connection:
            for _ in range(READINGS):
                asked = time.monotonic()
                moment = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
                answered = time.monotonic()
                new = Reading((asked + answered) / 2, moment, (answered - asked) / 2)
                self._reading = choose_reading(self._reading, new) if self._reading else new
