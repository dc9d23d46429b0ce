"""A real WordPress for tests, from the packages on the machine: started once, thrown away at the end.

    tests ─▶ php -S on loopback ─▶ mariadbd on a socket          both in one temporary folder

Nothing under /etc, /usr or /var is written: the site is a copy with `overlay/` laid over it, which holds its
configuration, what installs it in Arabic, and the plugin that tests want. Where packages are missing these tests are
skipped, and CI counts that as a failure (`conftest.py`).
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tests.wordpress.site import LINKS, PHP, WordPress

PACKAGES = "wordpress wordpress-l10n wordpress-theme-twentytwentyone php-cli mariadb-server"
INSTALLED = Path("/usr/share/wordpress")
FILES = ("wp-load.php", "wp-content/languages/ar.mo", "wp-content/themes/twentytwentyone/style.css")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db")
PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"  # where Debian has mariadbd, and people's own PATH has not
OVERLAY = Path(__file__).parent / "overlay"
STARTS_WITHIN = 30.0  # seconds
# What makes a throw-away server small and quick, and would be wrong for any other.
QUICK = (
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
)


def find_missing() -> list[str]:
    """Answer what these tests need and this machine has not."""
    programs = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    return programs + [str(INSTALLED / name) for name in FILES if not (INSTALLED / name).exists()]


@contextmanager
def running_site() -> Iterator[WordPress]:
    """Install a site and let it answer."""
    folder = Path(tempfile.mkdtemp(prefix="qasid-wp-"))  # of a short name: a socket's path has but 107 characters
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        host = Host(folder, stack.enter_context((folder / "log").open("wb")))
        stack.enter_context(host.database())
        told = host.install()
        stack.enter_context(host.web())
        yield WordPress(host.url, told["password"], told["categories"], told["version"], host.site, host.environment)


def find_port() -> int:
    """Answer a port of loopback that is free."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@dataclass(slots=True)
class Host:
    """The machine of a site: its folder, its processes and their log."""

    folder: Path
    log: BinaryIO
    port: int = field(default_factory=find_port)

    @property
    def url(self) -> str:
        """Where the site answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def site(self) -> Path:
        """Where its files are."""
        return self.folder / "site"

    @property
    def environment(self) -> Mapping[str, str]:
        """What its PHP finds in the environment."""
        own = {"SITE_URL": self.url, "SITE_SOCKET": str(self.folder / "sql"), "PHP_CLI_SERVER_WORKERS": "4"}
        return {"PATH": PATH, **own}

    @contextmanager
    def database(self) -> Iterator[None]:
        """Run an empty MariaDB, as whoever runs the tests: it must be told if that is root."""
        data, user = f"--datadir={self.folder / 'data'}", f"--user={pwd.getpwuid(os.getuid()).pw_name}"
        root = "--auth-root-authentication-method=normal"
        self._run("mariadb-install-db", "--no-defaults", data, user, root, "--skip-test-db")
        path = f"{self.folder / 'sql'}"
        with self._running("mariadbd", "--no-defaults", data, user, f"--socket={path}", *QUICK) as process:
            self._await(process, lambda: _answers(socket.AF_UNIX, path))
            yield

    def install(self) -> dict[str, Any]:
        """Copy the program, and make a site of it; answers what `overlay/install.php` tells of it."""
        shutil.copytree(INSTALLED, self.site, ignore_dangling_symlinks=True)
        shutil.copytree(OVERLAY, self.site, dirs_exist_ok=True)
        said = self._run(*PHP, "install.php").splitlines()
        told: dict[str, Any] = json.loads(said[-1])
        self._run(*PHP, "do.php", "set_links", LINKS)
        return told

    @contextmanager
    def web(self) -> Iterator[None]:
        """Let the site answer."""
        with self._running(*PHP, "-S", f"127.0.0.1:{self.port}", "router.php") as process:
            self._await(process, lambda: _answers(socket.AF_INET, ("127.0.0.1", self.port)))
            yield

    def _run(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603  (our words)
            words, env=self.environment, cwd=self._home, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout

    @property
    def _home(self) -> Path:
        return self.site if self.site.exists() else self.folder

    @contextmanager
    def _running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a server; its whole session is killed at the end, for the workers of `php -S` outlive their parent."""
        process = subprocess.Popen(  # noqa: S603  (our words)
            words, env=self.environment, cwd=self._home, stdout=self.log, stderr=self.log, start_new_session=True
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _await(self, process: subprocess.Popen[bytes], is_up: Callable[[], bool]) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while not is_up():
            if process.poll() is not None or time.monotonic() > until:
                said = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{process.args!r} does not answer:\n{said[-2000:]}")
            time.sleep(0.02)


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family) as tried:
        return tried.connect_ex(address) == 0
