"""Groups, supergroups and their forum topics, and what people do there.

    desk = telegram.group(-1001, title="غرفة التحرير", kind="supergroup")
    desk.adds_bot(by=amal, as_admin=True)
    desk.hears(amal, "/queue@sample_bot")

What groups share with channels is in `communities.py`.
"""

from sandbox.communities import ADMINS, Community
from sandbox.errors import ApiError, bad_request
from sandbox.formatting import format_plain
from sandbox.people import Person, press
from sandbox.profile import Commands, group_scopes
from sandbox.screen import find_button
from sandbox.world import Json, Message, World

GENERAL_TOPIC = 1  # which no call may name (Client.cpp, check_message_topic)
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}  # puts copies of posts into groups
SUPERGROUP_BASE = -(10**12)


class Group(Community):
    """A group: "group" for a basic one, "supergroup" otherwise; a forum is a supergroup with topics."""

    extra_rights = ("can_pin_messages", "can_manage_topics")
    __slots__ = ("forum", "moved_to", "topics")

    def __init__(self, world: World, chat_id: int, title: str, kind: str, username: str | None = None) -> None:
        super().__init__(world, chat_id, title, kind, username)
        self.forum = False
        self.moved_to: Group | None = None
        self.topics: dict[int, bool] = {}

    # What people do

    def adds_bot(self, by: Person, *, as_admin: bool = False) -> None:
        """Bring the bot in; `by` owns the group if it is empty."""
        self.invite(by)
        self.change_bot("administrator" if as_admin else "member", by.user)
        self._announce(by.user, {"new_chat_members": [self.world.bot]})

    def bring_bot(self, by: Json, rights: frozenset[str]) -> None:
        """Let a person bring the bot in, or give it rights; who is new is announced."""
        was_in = self.has_bot
        super().bring_bot(by, rights)
        if not was_in:
            self._announce(by, {"new_chat_members": [self.world.bot]})

    def promotes_bot(self, by: Person) -> None:
        """Make the bot an administrator."""
        self.change_bot("administrator", by.user)

    def removes_bot(self, by: Person) -> None:
        """Throw the bot out; of a basic group, it still hears that it left."""
        super().removes_bot(by)
        if self.kind == "group":
            self._announce(by.user, {"left_chat_member": self.world.bot})

    def admits(self, person: Person, *, admin: bool = False) -> None:
        """Let a person in, or make a member an administrator."""
        is_new = person.id not in self.people
        old = self.describe(person.user, "left" if is_new else self.people[person.id][1])
        self.people[person.id] = (person, "administrator" if admin else "member")
        if self.bot_status == "administrator":
            self.report_member("chat_member", person.user, old)
        if is_new and self.has_bot:
            self._announce(person.user, {"new_chat_members": [person.user]})

    def hears(
        self,
        person: Person,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        anonymous: bool = False,
    ) -> int:
        """Let a member write; answers the id of the message. The bot hears it as far as its privacy mode goes."""
        return self.takes(person, format_plain(text), thread=thread, reply_to=reply_to, anonymous=anonymous)

    def takes(
        self,
        person: Person,
        content: Json,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        anonymous: bool = False,
    ) -> int:
        """Let a member send any content, as `Person.sends`; the bot hears it as far as its privacy mode goes."""
        if self.status(person) not in {*ADMINS, "member"}:
            raise ValueError(f"{person} is not in {self}")
        if thread is not None and thread not in self.topics:
            raise ValueError(f"{self} has no topic {thread}")
        who = {"sender": ANONYMOUS, "sender_chat": self.as_json()} if anonymous else {"sender": person.user}
        message = self.add_message(content, thread=thread, reply_to=reply_to, **who)
        if self._is_for_bot(message):
            self.world.updates.add("message", self.id, message.as_json())
        return message.id

    def copies(self, post: Message) -> int:
        """Put a copy of a channel's post here, which is discussed in this group; answers the id of the copy."""
        channel = post.chat.as_json()
        origin = {"type": "channel", "chat": channel, "message_id": post.id, "date": int(post.at)}
        who = {"sender": TELEGRAM, "sender_chat": channel, "origin": origin}
        message = self.add_message(post.content, markup=post.markup, automatic=True, **who)
        if self._is_for_bot(message):
            self.world.updates.add("message", self.id, message.as_json())
        return message.id

    def presses(self, person: Person, label: str, *, message_id: int | None = None) -> str:
        """Let a member press a button, as in a private chat."""
        shown, button = find_button(self, label, message_id)
        if button.action == "text":
            self.hears(person, button.text, thread=shown.thread, reply_to=shown.id)
            return ""
        return press(self, person, shown, button)

    def opens_topic(self, name: str, by: Person, *, thread: int | None = None) -> int:
        """Open a forum topic, with a given id if need be; answers its id, which is that of its first message."""
        if thread is not None:
            self.newest_id = max(self.newest_id, thread - 1)
        if thread is not None and self.newest_id != thread - 1:
            raise ValueError(f"message {thread} is there already")
        number = self.newest_id + 1
        self.topics[number] = True
        self._announce(by.user, {"forum_topic_created": {"name": name, "icon_color": 7322096}}, thread=number)
        return number

    def closes_topic(self, thread: int, by: Person) -> None:
        """Close a forum topic."""
        self.topics[thread] = False
        self._announce(by.user, {"forum_topic_closed": {}}, thread=thread)

    def reopens_topic(self, thread: int, by: Person) -> None:
        """Open a closed forum topic again."""
        self.topics[thread] = True
        self._announce(by.user, {"forum_topic_reopened": {}}, thread=thread)

    def deletes_topic(self, thread: int) -> None:
        """Delete a forum topic with its messages; the bot hears nothing."""
        del self.topics[thread]
        self.messages = {number: kept for number, kept in self.messages.items() if kept.thread != thread}

    def migrates(self, new_id: int | None = None) -> "Group":
        """Become a supergroup, which is answered; the bot hears it in both chats."""
        new = Group(self.world, new_id or SUPERGROUP_BASE - abs(self.id), self.title, "supergroup")
        new.people, new.bot_status, self.moved_to = dict(self.people), self.bot_status, new
        new.bot_rights = self.bot_rights
        owner = next((person.user for person, status in self.people.values() if status == "creator"), ANONYMOUS)
        self._announce(owner, {"migrate_to_chat_id": new.id})
        new._announce(owner, {"migrate_from_chat_id": self.id})
        return new

    # What is so

    def status(self, person: Person) -> str:
        """Answer what a person is here."""
        return self.people[person.id][1] if person.id in self.people else "left"

    def commands_of(self, person: Person) -> Commands:
        """Answer the commands in a member's menu here."""
        scopes = group_scopes(self.id, person.id, is_admin=self.status(person) in ADMINS)
        return self.world.profile.menu(scopes, person.user.get("language_code", ""))

    def as_json(self) -> Json:
        """Answer the Chat of the Bot API."""
        if self.kind == "group":
            return super().as_json() | {"all_members_are_administrators": False}
        return super().as_json() | ({"is_forum": True} if self.forum else {})

    def next_id(self) -> int:
        """Answer an id: basic groups share those of private chats."""
        return next(self.world.private_ids) if self.kind == "group" else super().next_id()

    def check_access(self) -> None:
        """Refuse where the group has moved, too."""
        if self.moved_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved_to.id,
            )
        super().check_access()

    def check_thread(self, thread: int | None) -> int | None:
        """Refuse a topic that is not there, or closed to others than administrators."""
        if thread is None or not self.forum:
            return None
        if thread == GENERAL_TOPIC or thread not in self.topics:
            raise bad_request("message thread not found")
        if not self.topics[thread] and self.bot_status != "administrator":
            raise bad_request("TOPIC_CLOSED")
        return thread

    def _announce(self, by: Json, content: Json, thread: int | None = None) -> None:
        message = self.add_message(content, sender=by, thread=thread)
        self.world.updates.add("message", self.id, message.as_json())

    def _is_for_bot(self, message: Message) -> bool:
        """Tell whether the bot may see it: in privacy mode, commands and replies to it alone."""
        if not self.has_bot:
            return False
        if not self.world.privacy or self.bot_status == "administrator":
            return True
        replied = self.messages.get(message.reply_to or 0)
        return bool(replied and replied.by_bot) or self._is_command(message.content)

    def _is_command(self, content: Json) -> bool:
        first = next(iter(content.get("entities", ())), {"type": "", "offset": 0, "length": 0})
        if first["type"] != "bot_command" or first["offset"] != 0:
            return False
        _, at, name = content["text"][: first["length"]].partition("@")
        return not at or name.lower() == self.world.bot["username"].lower()
