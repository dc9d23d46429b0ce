"""Logging: one stream, for people or for machines, ours and the libraries' alike, with no secret in it.

The last thing that happens to a line, after every library and traceback has had its say, is that tokens are struck out.
"""

import logging
import re
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import Processor

# A token of any bot, and not only of ours: BotFather's are digits, a colon and 35 characters.
ANY_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
# What PostgreSQL says of the values of a row, to the end of its line, also where the line is in JSON.
DETAIL = re.compile(r"(DETAIL:\s+).*?(?=\\n|\n|$)")
STRUCK = "***"
QUIET = ("httpx", "httpcore", "aiosqlite", "apscheduler", "asyncio", "alembic", "uvicorn", "aiohttp.access", "telegram")


class Masked(logging.Formatter):
    """Strikes secrets out of what another formatter wrote."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Answer the line."""
        return strike(self._inner.format(record), self._secrets)


def strike(line: str, secrets: Iterable[str]) -> str:
    """Strike out these secrets, whatever looks like a bot's token, and the values of rows."""
    for secret in secrets:
        line = line.replace(secret, STRUCK)
    return DETAIL.sub(rf"\1{STRUCK}", ANY_TOKEN.sub(STRUCK, line))


def set_up_logging(log_format: str, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Send all logging from a level on to standard error; calling it again replaces what was."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    inner = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(log_format)],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked(inner, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderers(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    ]
