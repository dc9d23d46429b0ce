"""The lock that makes a SQLite database, or a folder, one process's. Whoever holds it knows that nobody else does."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from newsroom.errors import StoreError

TAKEN = "another Qasid runs on this database ({path} is locked): stop it, or move to PostgreSQL to run several"
USED = "a Qasid runs on this database: stop it first"


class ProcessLock:
    """Held from enter to exit, or until the process ends, however it ends."""

    def __init__(self, what: str, taken: str = TAKEN) -> None:
        self._path, self._taken = Path(f"{what}.lock"), taken
        self._held: int | None = None

    def __enter__(self) -> Self:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise StoreError(self._taken.format(path=self._path)) from None
        self._held = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            os.close(self._held)
