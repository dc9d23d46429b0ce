"""`qasid run` as a process of its own, to be started, stopped and killed."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-m", "cli")


@dataclass(slots=True)
class Process:
    """The command, with its settings; everything that it prints goes to `log`."""

    folder: Path
    settings: dict[str, str]
    _running: subprocess.Popen[bytes] | None = None
    _begun_at: int = 0  # the length of the log when it was started last

    @property
    def database(self) -> Path:
        """Where its database is."""
        return self.folder / "qasid.db"

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / "log"

    @property
    def environment(self) -> dict[str, str]:
        """Its settings, and nothing of ours but the way to the programs."""
        database = f"sqlite+aiosqlite:///{self.database}"
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": database, **self.settings}

    def start(self) -> None:
        """Start the bot, in a folder of its own."""
        with self.log.open("ab") as log:
            self._begun_at = log.tell()
            self._running = subprocess.Popen(  # noqa: S603  (our own command)
                [*COMMAND, "run"], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    async def run(self, *words: str) -> tuple[int, str]:
        """Run another command beside it, and answer its exit code and what it says."""
        done = await asyncio.create_subprocess_exec(
            *COMMAND, *words, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = await done.communicate()
        return done.returncode or 0, said.decode()

    def wait(self) -> int:
        """Wait until it ends by itself and answer its exit code."""
        return self._running.wait(15) if self._running else 0

    def kill(self) -> None:
        """Kill it as the kernel would."""
        self._signal(signal.SIGKILL)
        self.wait()

    def freeze(self) -> None:
        """Stop it where it is, as a machine that is put to sleep does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._signal(signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to stop, once it has begun to listen to that, and answer its exit code."""
        if self._running is None:
            return 0
        async with asyncio.timeout(30):
            while b"started" not in self.log.read_bytes()[self._begun_at :]:  # noqa: ASYNC110  (a file cannot call us)
                await asyncio.sleep(0.05)
        self._running.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self._running.wait, 15)

    def _signal(self, how: signal.Signals) -> None:
        if self._running:
            self._running.send_signal(how)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Read its database; nothing while there is none."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            try:
                return connection.execute(query).fetchall()
            except sqlite3.OperationalError:  # it is being made
                return []

    async def until(self, query: str, timeout: float = 20) -> None:
        """Wait until a query finds a row."""
        async with asyncio.timeout(timeout):
            while not self.ask(query):  # noqa: ASYNC110  (a database cannot call us)
                await asyncio.sleep(0.05)


@contextmanager
def process_in(folder: Path, **settings: str) -> Iterator[Process]:
    """Answer a process that is not started yet, and is dead at the end."""
    process = Process(folder, settings)
    try:
        yield process
    finally:
        process.kill()
