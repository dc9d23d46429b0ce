"""What the author of a reply is told of it, and whether that still holds when he can be told: at night it waits.

A deed that tells something leaves a notice (`newsroom/transitions.py` says which). What became untrue meanwhile is not
told any more: whatever made it untrue tells its own. A new notice is a member of `Notice` and a line of `HOLDS`.
"""

from collections.abc import Callable, Mapping

from newsroom.replies import QUEUE, Notice, Reply, State

WAITING = QUEUE | {State.SUBMITTED, State.QUARANTINED}
HOLDS: Mapping[Notice, Callable[[Reply], bool]] = {
    Notice.RECEIVED: lambda reply: reply.state in WAITING,
    Notice.PROPOSED: lambda reply: reply.proposed_revision is not None,
    Notice.RETURNED: lambda reply: reply.state is State.RETURNED,
    Notice.REJECTED: lambda reply: reply.state in {State.REJECTED, State.SPAM, State.PUBLISHED},
    Notice.PUBLISHED: lambda reply: reply.public_revision is not None,
    Notice.WAITING: lambda reply: (reply.state in WAITING and reply.proposed_revision is None) or reply.is_hidden,
    Notice.EXPIRED: lambda reply: reply.state in {State.EXPIRED, State.PUBLISHED},
    Notice.REMOVED: lambda reply: reply.state in {State.REMOVING, State.REMOVED},
}


def still_holds(what: Notice, reply: Reply) -> bool:
    """Tell whether what a notice says is so by now."""
    return HOLDS[what](reply)
