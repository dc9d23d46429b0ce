"""Methods about the bot itself: getMe, its commands, name, descriptions and menu buttons."""

import re
from collections.abc import Callable

from sandbox.errors import bad_request
from sandbox.profile import DESCRIPTION, NAME, SHORT_DESCRIPTION, Commands, scope_key
from sandbox.spec import Params
from sandbox.world import Json, World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
LONGEST = {NAME: 64, DESCRIPTION: 512, SHORT_DESCRIPTION: 120}  # characters
LONGEST_COMMAND_DESCRIPTION = 256
MOST_COMMANDS = 100
ABILITIES = (
    "supports_inline_queries",
    "supports_guest_queries",
    "can_connect_to_business",
    "has_main_web_app",
    "has_topics_enabled",
    "allows_users_to_create_topics",
    "can_manage_bots",
)


def get_me(world: World, _params: Params) -> Json:
    """Bot API, getMe."""
    told = {"can_join_groups": True, "can_read_all_group_messages": not world.privacy}
    return world.bot | told | dict.fromkeys(ABILITIES, False)


def set_my_commands(world: World, params: Params) -> bool:
    """Bot API, setMyCommands."""
    commands: Commands = params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 0 < len(command["description"].strip()) <= LONGEST_COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile.commands[scope_key(_check_scope(world, params)), _language(params)] = commands
    return True


def get_my_commands(world: World, params: Params) -> Commands:
    """Bot API, getMyCommands: those of exactly this scope and language."""
    return world.profile.commands.get((scope_key(params.get("scope")), _language(params)), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """Bot API, deleteMyCommands."""
    world.profile.commands.pop((scope_key(params.get("scope")), _language(params)), None)
    return True


def set_chat_menu_button(world: World, params: Params) -> bool:
    """Bot API, setChatMenuButton."""
    world.profile.menu_buttons[_private_chat(world, params)] = params.get("menu_button", {"type": "default"})
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    """Bot API, getChatMenuButton."""
    buttons = world.profile.menu_buttons
    return buttons.get(_private_chat(world, params)) or buttons.get(None) or {"type": "commands"}


def _setter(kind: str) -> Callable[[World, Params], object]:
    def set_text(world: World, params: Params) -> bool:
        text = params.get(kind, "")
        if len(text) > LONGEST[kind]:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        world.profile.texts[kind, _language(params)] = text
        return True

    return set_text


def _getter(kind: str) -> Callable[[World, Params], object]:
    """Make the method that answers a text of exactly this language; the name is never empty."""

    def get_text(world: World, params: Params) -> Json:
        text = world.profile.texts.get((kind, _language(params)), "")
        return {kind: text or (world.bot["first_name"] if kind == NAME else "")}

    return get_text


def _check_scope(world: World, params: Params) -> Params | None:
    """Refuse a scope whose chat is not there."""
    scope: Params | None = params.get("scope")
    if scope and "chat_id" in scope:
        world.find(scope["chat_id"])
    return scope


def _language(params: Params) -> str:
    code = str(params.get("language_code", ""))
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _private_chat(world: World, params: Params) -> int | None:
    chat_id: int | None = params.get("chat_id")
    if chat_id is not None and world.find(chat_id).kind != "private":
        raise bad_request("chat not found")
    return chat_id


METHODS: dict[str, Callable[[World, Params], object]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter(NAME),
    "getMyName": _getter(NAME),
    "setMyDescription": _setter(DESCRIPTION),
    "getMyDescription": _getter(DESCRIPTION),
    "setMyShortDescription": _setter(SHORT_DESCRIPTION),
    "getMyShortDescription": _getter(SHORT_DESCRIPTION),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
