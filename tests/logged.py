"""What is logged in earnest while a test runs, for those who look for what must not stand there.

A test that reads what its own command logs has no need of it (`test_logs.py`).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from logs import set_up_logging


@contextmanager
def logging_in_earnest() -> Iterator[StringIO]:
    """Log as in earnest, and as before afterwards; answers what is logged."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    set_up_logging("json")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(logged := StringIO())
    yield logged
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()
