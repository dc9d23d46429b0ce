"""Sharing: where an approved reply goes, and what follows when a request about it has come to its end. Pure.

    bot       /replies N, and 💬 with the count      nothing is sent: it is read there as it stands in the database
    readers   who follows the discussion, and whom   told once, at most once, several at once; never in quiet hours
              the reply answers
    digest    quoted below the digest of its article   chosen once for each set of articles; a change is an edit
    channel   each channel that posts the article    an answer to its post, sent once; where nobody can tell whether it
                                                     arrived, moderators are asked, and it is never repeated by itself

Whatever is shown is changed and taken back, too: such a request twice changes nothing, so it is repeated until it is
done; where Telegram refuses to take something back, moderators are asked to do that by hand. A new destination is a
member of `Destination`, a job that works off its rows, and a text `reply.place.…`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

NEWS_FOR = timedelta(days=1)  # what was published longer ago is told to nobody any more, after an outage say
REST = timedelta(minutes=15)  # so long after a message about a discussion the next one gathers
DELETABLE_FOR = timedelta(hours=47)  # Telegram's limit is 48 (Bot API, deleteMessage); a request may wait a while
LOOK_AGAIN = timedelta(seconds=5)  # whether what is under way is done
TRY_AGAIN = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
REFUSED_OFTEN = 2  # times that something was not taken back, after which a person is to do it
REMIND = (
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
)  # moderators who leave a question open, as replies
NOT_THERE = ("message to delete not found", "message to edit not found", "message_id_invalid")


class Destination(StrEnum):
    """A kind of place."""

    BOT = "bot"
    READERS = "readers"  # goes with the bot: it is where they read
    DIGEST = "digest"  # in which it is quoted; goes with the bot, too
    CHANNEL = "channel"
    SITE = "site"


class Task(StrEnum):
    """What is to be done at a place."""

    SHOW = "show"  # something that is not there
    CHANGE = "change"  # what is there
    TAKE_BACK = "take back"


class End(StrEnum):
    """What a request came to."""

    DONE = "done"
    FAILED = "failed"  # and is not tried again
    AGAIN = "again"
    DOUBT = "doubt"  # a person is asked


def task_of(revision: int | None, shown: int | None) -> Task:
    """Answer what is to be done where a revision, or none, is to take the place of another, or of none."""
    if revision is None:
        return Task.TAKE_BACK
    return Task.SHOW if shown is None else Task.CHANGE


def decide_end(task: Task, state: str | None, reason: str, attempts: int = 0) -> End:
    """Answer what a request came to by the state of its message in the outbox; none is: nobody remembers it.

    So many attempts came to nothing before.
    """
    if state == "sent":
        return End.DONE
    if task is Task.SHOW:
        return End.DOUBT if state in {"uncertain", None} else End.FAILED
    if task is Task.TAKE_BACK and state in {"failed", "skipped"}:
        if is_not_there(reason):
            return End.DONE
        return End.AGAIN if attempts < REFUSED_OFTEN else End.DOUBT
    if task is Task.TAKE_BACK:
        return End.AGAIN
    return End.AGAIN if state in {"uncertain", None} else End.FAILED


def is_not_there(reason: str) -> bool:
    """Tell whether a message was refused because there is none."""
    return any(words in reason.lower() for words in NOT_THERE)


def next_try(attempts: int, now: datetime) -> datetime:
    """Answer when a request is made again that came to nothing so many times before."""
    return now + TRY_AGAIN[min(attempts, len(TRY_AGAIN) - 1)]


def next_reminder(reminded: int, now: datetime) -> datetime:
    """Answer when moderators are asked again what they were reminded of so many times before."""
    return now + REMIND[min(reminded, len(REMIND) - 1)]


def should_tell(task: Task, reason: str) -> bool:
    """Tell whether moderators are to hear that a request came to nothing: not of what people deleted themselves."""
    return bool(reason) and task is not Task.TAKE_BACK and not is_not_there(reason)


def should_delete(posted_at: datetime | None, attempts: int, now: datetime) -> bool:
    """Tell whether a message can be deleted; where that was refused, or is too late, it is emptied instead."""
    return attempts == 0 and posted_at is not None and now - posted_at < DELETABLE_FOR
