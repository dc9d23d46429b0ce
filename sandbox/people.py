"""People and their private chats with the bot: what a person does there, as verbs, and what she sees.

    amal = telegram.person(1001, first_name="أمل", language="ar")
    amal.writes("/start")
    amal.presses("✅")
    amal.types("قمة")  # after the bot's name, in any chat
    amal.last.text

A new thing that people do is a verb of Person; a new content, a call of `sends`.
"""

from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.errors import ApiError, bad_request, forbidden
from sandbox.formatting import format_plain
from sandbox.inline import LIFETIME, Offer
from sandbox.profile import Commands, private_scopes
from sandbox.reactions import find, react, read_reaction, report
from sandbox.screen import Button, Shown, VisibleChat, find_button
from sandbox.sending import make_photo
from sandbox.world import REVOCABLE, Chat, Json, Message, World

OTHER_BOT = 777_000_777  # the id of a bot that is not the one under test
SHARED_FIELDS = ("id", "first_name", "last_name", "username")  # of User and Chat


class Standing(Enum):
    """How a person stands to the bot."""

    STRANGER = auto()  # has never written: the bot cannot write first
    ACTIVE = auto()
    BLOCKED = auto()
    DEACTIVATED = auto()


class Person(VisibleChat):
    """A person, and her chat with the bot."""

    kind = "private"
    __slots__ = ("alerts", "offers", "standing", "user")

    def __init__(self, world: World, user: Json) -> None:
        super().__init__(world, user["id"], user.get("username"))
        self.user = user  # the User of the Bot API
        self.standing = Standing.STRANGER
        self.alerts: list[str] = []
        self.offers: list[Offer] = []  # what she was offered for what she typed

    def __str__(self) -> str:
        return f"{self.user['first_name']} ({self.id}), private, {self.standing.name.lower()}"

    # What she sees

    @property
    def commands(self) -> Commands:
        """Answer the commands in her menu."""
        return self.world.profile.menu(private_scopes(self.id), self.user.get("language_code", ""))

    # What she does

    def writes(self, text: str, *, reply_to: int | None = None) -> int:
        """Write to the bot; answers the id of the message."""
        return self.sends(format_plain(text), reply_to=reply_to)

    def sends(self, content: dict[str, Any], *, reply_to: int | None = None, via: str = "") -> int:
        """Send any content, as the fields of a Message that hold it; answers the id of the message.

        It came by the inline mode of another bot with the @username `via`, if one is named.
        """
        self._must_be_able()
        self.standing = Standing.ACTIVE
        helper = {"id": OTHER_BOT, "is_bot": True, "first_name": via, "username": via} if via else None
        message = self.add_message(content, sender=self.user, reply_to=reply_to, via_bot=helper)
        self.world.updates.add("message", self.id, message.as_json())
        return message.id

    def shows(self, caption: str = "", *, reply_to: int | None = None, album: str = "") -> int:
        """Send a photo, with words below it if there are any; answers the id of the message."""
        return self.sends(make_photo(self.world, caption, album), reply_to=reply_to)

    def sends_file(self, name: str, content: bytes, *, kind: str = "application/octet-stream") -> int:
        """Send a file; answers the id of the message."""
        number = f"file{self.world.random.randrange(10**8)}"
        self.world.contents[number] = content
        told = {"file_id": number, "file_unique_id": number, "file_size": len(content)}
        return self.sends({"document": told | {"file_name": name, "mime_type": kind}})

    def edits(self, message_id: int, text: str) -> None:
        """Change what she wrote."""
        self._must_be_able()
        message = self.messages[message_id]
        message.content, message.edited_at = format_plain(text), self.world.clock()
        self.world.updates.add("edited_message", self.id, message.as_json())

    def deletes(self, message_id: int) -> None:
        """Delete a message for both; the bot hears nothing of it."""
        del self.messages[message_id]

    def presses(self, label: str, *, message_id: int | None = None) -> str:
        """Press the button whose text starts with `label`, on the newest message that has one.

        Answers the id of the callback query; for a button of the keyboard below, "", since that writes its text.
        """
        self._must_be_able()
        shown, button = find_button(self, label, message_id)
        if button.action == "text":
            self.writes(button.text)
            return ""
        return press(self, self, shown, button)

    def shares(self, label: str, *picked: Chat, message_id: int | None = None) -> int:
        """Press the button of the keyboard below that starts with `label`, and pick a group, a channel or people.

        As Telegram does it: a chat must be one that is offered, and the bot is brought in as the button asks for.
        Answers the id of the message that tells the bot.
        """
        self._must_be_able()
        _, button = find_button(self, label, message_id)
        if button.request is None:
            raise LookupError(f"{button} asks for nobody")
        if button.action == "request_users":
            return self.sends({"users_shared": _share_people(button.request, picked)})
        (chat,) = picked
        return self.sends({"chat_shared": chat.is_picked(self.user, button.request)})

    def types(self, text: str, *, offset: str = "") -> str:
        """Type after the bot's name, wherever she is; answers the id of the inline query."""
        query_id = self.world.ask("inline_query", self.offers.append, LIFETIME)
        query = {"id": query_id, "from": self.user, "query": text, "offset": offset, "chat_type": "sender"}
        self.world.updates.add("inline_query", self.id, query)
        return query_id

    def picks(self, result_id: str) -> int:
        """Send a result that she was offered last into this chat; answers the id of the message."""
        made = self.offers[-1].messages[result_id]
        message = self.add_message(**made, sender=self.user, via_bot=self.world.bot)
        self.world.updates.add("message", self.id, message.as_json())
        return message.id

    def votes(self, chat: Chat, message_id: int, option: int) -> None:
        """Choose an option of a poll; the bot hears of it as it would, if the poll is its own."""
        message = chat.messages[message_id]
        poll = message.content["poll"]
        if poll["is_closed"] or self.id in message.voters or not 0 <= option < len(poll["options"]):
            raise ValueError(f"there is no option {option} to vote for")
        options = [
            told | {"voter_count": told["voter_count"] + (number == option)}
            for number, told in enumerate(poll["options"])
        ]
        poll = poll | {"options": options, "total_voter_count": poll["total_voter_count"] + 1}
        message.content = message.content | {"poll": poll}
        message.voters |= {self.id}
        if message.by_bot:
            self.world.updates.add("poll", chat.id, poll)
            if not poll["is_anonymous"]:
                answer = {"poll_id": poll["id"], "user": self.user, "option_ids": [option]}
                self.world.updates.add("poll_answer", chat.id, answer)

    def reacts(self, chat: Chat, message_id: int, emoji: str = "") -> None:
        """Give a reaction to a message, or take it back with none; the bot hears of it as it would."""
        message = chat.messages[message_id]
        old = find(message, self.user)
        react(message, self.user, emoji and read_reaction(emoji))
        report(message, self.user, old)

    def opens(self, label: str, *, message_id: int | None = None) -> str:
        """Open the link of a button; a link to the bot with ?start= sends that. Answers the link."""
        _, button = find_button(self, label, message_id)
        if button.url is None:
            raise LookupError(f"{button} is not a link")
        self.follows(button.url)
        return button.url

    def follows(self, link: str) -> None:
        """Open a link; one to the bot with ?start= sends `/start` and its payload, any other does nothing here."""
        parts = urlsplit(link)
        payload = parse_qs(parts.query).get("start", [""])[0]
        if parts.hostname == "t.me" and parts.path.strip("/").lower() == self.world.bot["username"].lower() and payload:
            self.writes(f"/start {payload}")

    def blocks(self) -> None:
        """Block the bot."""
        self._change(Standing.BLOCKED, "member", "kicked")

    def unblocks(self) -> None:
        """Take the block back."""
        self._change(Standing.ACTIVE, "kicked", "member")

    def deletes_account(self) -> None:
        """Leave Telegram."""
        self.standing = Standing.DEACTIVATED

    # What the bot may do

    def as_json(self) -> Json:
        """Answer the Chat of the Bot API."""
        return {name: self.user[name] for name in SHARED_FIELDS if name in self.user} | {"type": "private"}

    def members(self) -> list[Json]:
        """Answer both."""
        return [{"user": user, "status": "member"} for user in (self.user, self.world.bot)]

    def check_access(self) -> None:
        """Refuse for strangers and for deleted accounts."""
        if self.standing is Standing.STRANGER:
            raise bad_request("chat not found")
        if self.standing is Standing.DEACTIVATED:
            raise forbidden("user is deactivated")

    def check_sending(self) -> None:
        """Refuse for strangers and those who blocked the bot, each in its words."""
        if self.standing is Standing.STRANGER:
            raise forbidden("bot can't initiate conversation with a user")
        if self.standing is Standing.BLOCKED:
            raise forbidden("bot was blocked by the user")
        self.check_access()

    def refuse_deletion(self, message: Message) -> ApiError | None:
        """Any message can be deleted for 48 hours, hers too."""
        is_old = self.world.clock() - message.at > REVOCABLE
        return bad_request("message can't be deleted for everyone") if is_old else None

    def _must_be_able(self) -> None:
        if self.standing in {Standing.BLOCKED, Standing.DEACTIVATED}:
            raise ValueError(f"{self}: cannot write or press")

    def _change(self, standing: Standing, old: str, new: str) -> None:
        self.standing = standing
        changed = {
            "chat": self.as_json(),
            "from": self.user,
            "date": int(self.world.clock()),
            "old_chat_member": member(self.world.bot, old),
            "new_chat_member": member(self.world.bot, new),
        }
        self.world.updates.add("my_chat_member", self.id, changed)


def press(chat: Chat, person: Person, shown: Shown, button: Button) -> str:
    """Let a person press a button in a chat; answers the id of the query."""
    if button.callback_data is None:
        raise LookupError(f"{button} is not for pressing, its action is {button.action}")
    query_id = chat.world.ask("callback_query", person.alerts.append)
    query = {
        "id": query_id,
        "from": person.user,
        "message": chat.messages[shown.id].as_json(),
        "chat_instance": str(chat.id * 1_000_003),
        "data": button.callback_data,
    }
    chat.world.updates.add("callback_query", chat.id, query)
    return query_id


def _share_people(asked: Json, picked: tuple[Chat, ...]) -> Json:
    """Answer the UsersShared of the Bot API."""
    if not 1 <= len(picked) <= asked.get("max_quantity", 1):
        raise LookupError(f"the button does not take {len(picked)} people")
    told = [("request_name", "first_name"), ("request_name", "last_name"), ("request_username", "username")]
    users = [
        {"user_id": one.id, **{name: one.user[name] for wish, name in told if asked.get(wish) and name in one.user}}
        for one in picked
        if isinstance(one, Person)
    ]
    return {"request_id": asked["request_id"], "users": users}


def member(user: Json, status: str) -> Json:
    """Answer a ChatMember without rights."""
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})
