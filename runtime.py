"""How a process that works all day runs: which event loop, and how often Python looks for garbage.

[Measured with a window of 512 sends under way: Python's own settings spend two thirds of the CPU on looking for
garbage, since each request is dozens of objects that live for a moment and every seven hundred of them call for a look
at all that are alive. uvloop takes a tenth less than asyncio's loop, and leaving aside what stands since the start
another tenth.]
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Any

LOOK_AFTER = 10_000  # new objects before the young ones are looked at; some megabytes of garbage at most


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end what lasts as long as the process."""
    gc.set_threshold(LOOK_AFTER)
    with asyncio.Runner(loop_factory=_find_loop()) as runner:
        runner.run(main)


def settle_in() -> None:
    """Never look again at what stands when all parts are built: it stays as long as the process."""
    gc.collect()
    gc.freeze()


def _find_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Answer how loops are made; None for asyncio's own, where there is no uvloop."""
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415  (it cannot be installed on Windows)

    return uvloop.new_event_loop
