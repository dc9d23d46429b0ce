"""The bot's process: the very bot, by a clock that can stride. `process.py` starts it and speaks with it in lines.

in    {"ahead": 1800.0}                      how far the clock is ahead; the end of input is the end
out   each second, what is due, what newly counts as arrived, what the reader follows, and how far everything has come:
      {"lanes": {"news": 3}, "shown": [[1001, 17]], "followed": ["trade"], "counted": {"articles": 1}}
"""

import asyncio
import json
import logging
import sys
from datetime import timedelta

import runtime
from app import App, open_app
from db.store import figures, milestones, pushes, staff
from demo.cast import LEAD, MODERATOR, READER, TOKEN
from demo.clock import FollowingClock
from jobs.schedule import EVERY
from logs import set_up_logging
from newsroom.pushes import Lane
from newsroom.roles import Role
from settings import read_settings

TELL_EVERY = 1.0  # seconds
BEAT = 0.25  # seconds: after a stride the lease is renewed at once
ROLES = {LEAD: Role.LEAD, MODERATOR: Role.MODERATOR}


async def work() -> None:
    """Run the bot until the input ends."""
    settings = read_settings(env_file=None)
    set_up_logging(settings.log_format, [TOKEN])
    logging.disable(logging.ERROR)  # what is made to go wrong is on the page, and the terminal stays calm
    lines, clock = await _open_input(), FollowingClock()
    await _follow_once(lines, clock)
    async with open_app(settings, clock) as app:
        app.every = {**EVERY, "heartbeat": BEAT}
        await _give_roles(app)
        beside = [asyncio.create_task(_follow(lines, clock, app.stop)), asyncio.create_task(_tell(app))]
        try:
            await app.run()
        finally:
            for task in beside:
                task.cancel()


async def _open_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _follow(lines: asyncio.StreamReader, clock: FollowingClock, stop: asyncio.Event) -> None:
    while await _follow_once(lines, clock):
        pass
    stop.set()


async def _follow_once(lines: asyncio.StreamReader, clock: FollowingClock) -> bool:
    """Set the clock as the next line says; False at the end."""
    if line := await lines.readline():
        clock.ahead = timedelta(seconds=json.loads(line)["ahead"])
    return bool(line)


async def _give_roles(app: App) -> None:
    """Give the staff their roles; the owner has one by the settings."""
    async with app.database.write() as connection:
        for number, role in ROLES.items():
            await staff.grant(connection, number, role, app.clock())


async def _tell(app: App) -> None:
    """Print, each second, what the database says of what is on its way and what has arrived."""
    told: set[tuple[int, int]] = set()
    while True:
        async with app.database.read() as connection:
            lanes = await pushes.measure_lanes(connection, app.clock())
            shown = set(await figures.list_shown(connection))
            followed = await milestones.list_followed(connection, READER)
            counted = await milestones.read(connection, READER)
        line = {
            "lanes": {Lane(lane).name.lower(): rows for lane, rows, _ in lanes},
            "shown": sorted(shown - told),
            "followed": followed,
            "counted": {**counted, "followed": len(followed)},
        }
        print(json.dumps(line), flush=True)
        told = shown
        await asyncio.sleep(TELL_EVERY)


if __name__ == "__main__":
    runtime.run(work())
