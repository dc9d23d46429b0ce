"""Methods that ask about chats, and leaveChat."""

from sandbox.communities import ADMINS, Community
from sandbox.errors import bad_request
from sandbox.spec import Params
from sandbox.world import Chat, Json, World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, params: Params) -> Json:
    """Bot API, getChat: the fields that ChatFullInfo always has."""
    chat = _find(world, params)
    told = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(GIFTS, False)}
    pinned = chat.messages.get(chat.pinned[0]) if chat.pinned else None
    return chat.as_json() | told | ({"pinned_message": pinned.as_json(with_reply=False)} if pinned else {})


def get_chat_member(world: World, params: Params) -> Json:
    """Bot API, getChatMember: someone who is known but not in it has left."""
    chat, user_id = _find(world, params), params["user_id"]
    found = next((member for member in chat.members() if member["user"]["id"] == user_id), None)
    if found:
        return found
    stranger = world.chats.get(user_id)
    if stranger is None or stranger.kind != "private":
        raise bad_request("user not found")
    user = next(member["user"] for member in stranger.members() if member["user"]["id"] == user_id)
    return {"user": user, "status": "left"}


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """Bot API, getChatAdministrators: other bots only on request, this bot is always told."""
    chat = _find(world, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member for member in chat.members() if member["status"] in ADMINS]


def get_chat_member_count(world: World, params: Params) -> int:
    """Bot API, getChatMemberCount."""
    return sum(member["status"] not in {"left", "kicked"} for member in _find(world, params).members())


def leave_chat(world: World, params: Params) -> bool:
    """Bot API, leaveChat."""
    chat = _find(world, params)
    if not isinstance(chat, Community):
        raise bad_request("chat member status can't be changed in private chats")
    chat.change_bot("left", world.bot)
    return True


def _find(world: World, params: Params) -> Chat:
    chat = world.find(params["chat_id"])
    chat.check_access()
    return chat


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
}
