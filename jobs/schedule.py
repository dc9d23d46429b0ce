"""The clock: which job is woken how often. APScheduler keeps no job anywhere; it only wakes workers.

A missed tick costs nothing and a tick too many finds nothing due, so any number of clocks is harmless. Whoever makes
something due wakes the job at once (`db/wakeup.py`); the clock finds what falls due by itself, or without a word.
A new job is a module beside this one, a line in `EVERY`, one in `crew.py`, and its name in docs/operations.md.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

EVERY: Mapping[str, float] = {  # seconds
    "collect": 1,  # polls the sources that are due
    "probe": 5,  # reads the addresses that editors ask about, and the pages of single articles
    "websub": 10,  # asks hubs to tell of sources, and to go on telling
    "plan": 1,  # writes the deliveries of new pushes
    "deliver": 0.5,  # sends what is due; oftener than a chat may be sent to, so that its next one is in time
    "replies": 2,  # does what falls due for replies by itself: drops, reminds, lets expire, publishes here, erases
    "waves": 5,  # does with all of a wave what a moderator decided of it
    "cards": 1,  # keeps the moderators' cards as they should be
    "broadcasts": 1,  # starts what editors scheduled, and keeps the cards of broadcasts as things stand
    "watches": 1,  # keeps the cards of articles that are on their way as things stand
    "setup": 2,  # keeps the checklists of those who set the bot up as things stand
    "heartbeat": 3,  # renews this worker's lease, buries the dead and takes over what they had in flight
    "topics": 5,  # tries proposed words on the newest articles, and tells articles of those that came into force
    "score": 300,  # learns anew, now and then, from what moderators decided
    "screen": 10,  # looks at the replies that were sent, before moderators do
    "comments": 5,  # brings replies to the site as comments, where it has an account there
    "threads": 30,  # reads the site's own comments back
    "notices": 10,  # tells authors what became of their replies
    "share": 1,  # posts replies in channels, changes them there and takes them back
    "tidings": 2,  # tells those who follow a discussion of new replies, and takes back what they were told
    "quotes": 5,  # lets digests be edited where a reply that they quote is changed or gone
    "backup": 30,  # makes the daily backup, and those that admins ask for
    "stats": 5,  # draws the figures that editors ask for
    "checkup": 60,  # looks at the whole every five minutes, for /status
    "purge": 3600,  # forgets what is too old to be needed
    "index": 60,  # puts into the index of the archive what it does not have yet
    "inbox": 1,  # handles updates whose next try is due (role bot)
}


def make_clock(ticks: Mapping[str, tuple[float, Callable[[], None]]]) -> AsyncIOScheduler:
    """Answer a clock that, once started, calls what wakes each job, every so many seconds.

    No two jobs begin together: one loop does them all, and whoever writes just then would wait for all of them.
    """
    clock = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    now, apart = datetime.now(UTC), min(seconds for seconds, _ in ticks.values()) / len(ticks)
    for number, (name, (seconds, wake)) in enumerate(ticks.items()):
        first = now + timedelta(seconds=number * apart)
        clock.add_job(_call, "interval", seconds=seconds, start_date=first, id=name, args=(wake,))
    return clock


async def _call(wake: Callable[[], None]) -> None:
    """Wake in the loop's own thread: a plain function would be called in another."""
    wake()
