"""How somebody stands in a group or a channel, read off what Telegram says of it: the one rule for all who ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ADMINISTRATORS = {"creator", "administrator"}
# The statuses of getChatMember and getChat that say something of the place; any other is about the asking itself, such
# as 429, and nobody knows how the place is.
TELLING = {200, 400, 403}


@dataclass(frozen=True, slots=True)
class Footing:
    """How the bot stands in a group or a channel."""

    is_in: bool = False
    is_admin: bool = False
    may_write: bool = False  # in a group
    may_post: bool = False  # in a channel
    is_forum: bool = False
    is_channel: bool = False


def read_footing(member: Mapping[str, Any], chat: Mapping[str, Any]) -> Footing:
    """Read how somebody stands in a chat; of nobody is told where he is not in it."""
    status, permissions = member.get("status"), chat.get("permissions") or {}
    is_admin = status in ADMINISTRATORS
    is_restricted = status == "restricted" and bool(member.get("is_member"))
    may_write = is_admin or (status == "member" and bool(permissions.get("can_send_messages", True)))
    return Footing(
        is_in=is_admin or is_restricted or status == "member",
        is_admin=is_admin,
        may_write=may_write or (is_restricted and bool(member.get("can_send_messages"))),
        may_post=status == "creator" or (is_admin and bool(member.get("can_post_messages"))),
        is_forum=bool(chat.get("is_forum")),
        is_channel=chat.get("type") == "channel",
    )
