"""Channels: the bot posts there when an administrator let it.

    channel = telegram.channel(-1002, title="أخبار الصين", username="china_news")
    channel.promotes_bot(by=amal)
    channel.is_discussed_in(group)

What channels share with groups is in `communities.py`.
"""

from typing import Any

from sandbox.communities import Community
from sandbox.errors import bad_request
from sandbox.formatting import format_plain
from sandbox.groups import Group
from sandbox.people import Person
from sandbox.world import Json, Message, World


class Channel(Community):
    """A channel, whose posts are its own."""

    extra_rights = ("can_post_messages", "can_edit_messages")
    __slots__ = ("discussion",)

    def __init__(self, world: World, chat_id: int, title: str, username: str | None = None) -> None:
        super().__init__(world, chat_id, title, "channel", username)
        self.discussion: Group | None = None

    def promotes_bot(self, by: Person) -> None:
        """Make the bot an administrator; `by` owns the channel if it is empty."""
        self.invite(by)
        self.change_bot("administrator", by.user)

    def demotes_bot(self, by: Person) -> None:
        """Leave the bot in the channel without rights."""
        self.change_bot("member", by.user)

    def posts(self, text: str) -> int:
        """Let an administrator post; answers the id of the message."""
        message = self.add_message(format_plain(text), sender_chat=self.as_json())
        if self.has_bot:
            self.world.updates.add("channel_post", self.id, message.as_json())
        return message.id

    def is_discussed_in(self, group: Group) -> None:
        """Let a copy of each post from now on be put into a group, whose answers are its comments."""
        self.discussion = group

    def add_message(self, content: Json, **fields: Any) -> Message:
        """Add a post, and its copy where it is discussed."""
        message = super().add_message(content, **fields)
        if self.discussion:
            self.discussion.copies(message)
        return message

    def bot_identity(self) -> Json:
        """Answer the channel: what the bot writes is a post of it."""
        return {"sender_chat": self.as_json()}

    def check_sending(self) -> None:
        """Refuse to post without rights."""
        super().check_sending()
        may = self.bot_rights is None or "can_post_messages" in self.bot_rights
        if self.bot_status != "administrator" or not may:
            raise bad_request("need administrator rights in the channel chat")
