"""What groups and channels share: members, the bot as one of them, and its rights (Bot API, ChatMember)."""

from typing import Any

from sandbox.errors import ApiError, bad_request, forbidden
from sandbox.people import Person, member
from sandbox.screen import VisibleChat
from sandbox.world import REVOCABLE, Json, Message, World

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
ADMINS = {"creator", "administrator"}
MEMBERS = {*ADMINS, "member"}


class Community(VisibleChat):
    """A chat of many. The bot knows nothing of it until someone brings it in."""

    extra_rights: tuple[str, ...] = ()
    __slots__ = ("bot_rights", "bot_status", "kind", "newest_id", "people", "title")

    def __init__(self, world: World, chat_id: int, title: str, kind: str, username: str | None = None) -> None:
        if chat_id >= 0:
            raise ValueError(f"the id of a {kind} is negative, not {chat_id}")
        super().__init__(world, chat_id, username)
        self.title = title
        self.kind = kind
        self.bot_status = ""
        self.bot_rights: frozenset[str] | None = None  # as an administrator; none where it has all
        self.newest_id = 0
        self.people: dict[int, tuple[Person, str]] = {}

    def __str__(self) -> str:
        return f"{self.title} ({self.id}), {self.kind}"

    @property
    def has_bot(self) -> bool:
        """Tell whether the bot is in it."""
        return self.bot_status in {"member", "administrator"}

    def removes_bot(self, by: Person) -> None:
        """Take the bot out."""
        self.change_bot("kicked", by.user)

    def change_bot(self, status: str, by: Json, rights: frozenset[str] | None = None) -> None:
        """Change what the bot is here, an administrator with these rights or all, and let it hear of that."""
        old = self.describe(self.world.bot, self.bot_status or "left")
        self.bot_status, self.bot_rights = status, rights
        self.report_member("my_chat_member", by, old)

    def is_picked(self, by: Json, asked: Json) -> Json:
        """Let a person share it with the bot, which Telegram brings in with the rights that are asked for.

        What the button does not offer is refused: another kind of chat, or one where the person has no such rights.
        """
        wants_rights = "user_administrator_rights" in asked or "bot_administrator_rights" in asked
        status = self.people[by["id"]][1] if by["id"] in self.people else "left"
        if (self.kind == "channel") != asked["chat_is_channel"] or status not in (ADMINS if wants_rights else MEMBERS):
            raise LookupError(f"{self} is not offered: {by['first_name']} is there a {status}")
        rights = frozenset(name for name, has in asked.get("bot_administrator_rights", {}).items() if has)
        if not self._has_rights(rights) or (asked.get("bot_is_member") and not self.has_bot):
            self.bring_bot(by, rights)
        told = {"title": self.title if asked.get("request_title") else None}
        told |= {"username": self.username if asked.get("request_username") else None}
        return {"request_id": asked["request_id"], "chat_id": self.id} | {
            name: one for name, one in told.items() if one
        }

    def bring_bot(self, by: Json, rights: frozenset[str]) -> None:
        """Let a person bring the bot in, or give it rights."""
        self.change_bot("administrator" if rights else "member", by, rights or None)

    def _has_rights(self, rights: frozenset[str]) -> bool:
        is_admin = self.bot_status == "administrator"
        return not rights or (is_admin and (self.bot_rights is None or rights <= self.bot_rights))

    @property
    def is_bot_told_all(self) -> bool:
        """Tell whether the bot is an administrator."""
        return self.bot_status == "administrator"

    def report_member(self, kind: str, by: Json, old: Json) -> None:
        """Let the bot hear of a change of itself or of a member."""
        new = next(member for member in self.members() if member["user"]["id"] == old["user"]["id"])
        about = {"chat": self.as_json(), "from": by, "date": int(self.world.clock())}
        self.world.updates.add(kind, self.id, about | {"old_chat_member": old, "new_chat_member": new})

    def invite(self, person: Person) -> None:
        """Make a person a member; the first one owns the chat."""
        self.people.setdefault(person.id, (person, "member" if self.people else "creator"))

    def members(self) -> list[Json]:
        """Answer everyone who is or was in it."""
        people = [self.describe(person.user, status) for person, status in self.people.values()]
        return [*people, self.describe(self.world.bot, self.bot_status or "left")]

    def describe(self, user: Json, status: str) -> Json:
        """Answer a ChatMember."""
        told: dict[str, Any] = member(user, status)
        if status == "creator":
            told["is_anonymous"] = False
        if status == "administrator":
            told |= {"is_anonymous": False, "can_be_edited": False}
            every = (*RIGHTS, *self.extra_rights)
            has = self.bot_rights if user is self.world.bot and self.bot_rights is not None else {*every}
            told |= {right: right in has for right in every}
        return told

    def as_json(self) -> Json:
        """Answer the Chat of the Bot API."""
        named = {"username": self.username} if self.username else {}
        return {"id": self.id, "title": self.title} | named | {"type": self.kind}

    def next_id(self) -> int:
        """Answer the next id of this chat's own row."""
        self.newest_id += 1
        return self.newest_id

    def check_access(self) -> None:
        """Refuse when the bot was never in, is out, or was thrown out."""
        match self.bot_status:
            case "":
                raise bad_request("chat not found")
            case "kicked":
                raise forbidden(f"bot was kicked from the {self.kind} chat")
            case "left":
                raise forbidden(f"bot is not a member of the {self.kind} chat")
            case _:
                pass

    def check_rights(self, right: str) -> None:
        """Refuse what only an administrator may do."""
        if self.bot_status != "administrator":
            raise bad_request(f"not enough rights to {right}")

    def refuse_deletion(self, message: Message) -> ApiError | None:
        """Own messages can be deleted for 48 hours, those of others by an administrator."""
        is_own = message.by_bot and not message.is_service
        is_fresh = self.world.clock() - message.at <= REVOCABLE
        if is_fresh and (is_own or self.bot_status == "administrator"):
            return None
        return bad_request("message can't be deleted" + (" for everyone" if self.kind == "group" else ""))
