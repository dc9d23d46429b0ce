"""A PostgreSQL server for tests and benches, from the binaries on the machine: started once, thrown away at the end.

It listens on a socket in a temporary folder only. Where there are no binaries the tests that need it are skipped, and
CI counts that as a failure (`tests/conftest.py`).
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# What makes a throw-away server quick and repeatable, and would be wrong for any other: what a vacuum frees at a moment
# of its own is filled again, and rows that fall due together are then found in another order.
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=200",
    "shared_buffers=64MB",
)
# What benches measure: fsync, synchronous_commit and full_page_writes are on by default.
DURABLE = ("max_connections=200", "shared_buffers=256MB")


def find_binaries() -> Path | None:
    """Answer the folder of `initdb` and `pg_ctl`, the newest version first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def running_server(binaries: Path, settings: Sequence[str] = QUICK) -> Iterator[str]:
    """Start a server and answer the address of its databases, without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="qasid-pg-"))
    account = _owner(folder)
    try:
        _run(
            account, binaries / "initdb", "-D", folder / "data", "-U", "qasid", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        options = " ".join(f"-c {setting}" for setting in settings)
        listen = f"-k {folder} -c listen_addresses='' {options}"
        _run(account, binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", listen, "start")
        yield f"postgresql+asyncpg://qasid@/{{name}}?host={folder}"
    finally:
        _run(account, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: give the folder to the account that its package makes."""
    if os.getuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _run(account: str | None, *words: object) -> None:
    command = [str(word) for word in words]
    if account:
        command = ["setpriv", "--reuid", account, "--regid", account, "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  (our words)
