"""What the bot says of itself: commands by scope and language, name, descriptions, menu buttons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Commands = list[dict[str, str]]
Scope = Mapping[str, Any]

NAME, DESCRIPTION, SHORT_DESCRIPTION = "name", "description", "short_description"


@dataclass(slots=True)
class Profile:
    """The profile as the bot set it; the key of a text is its kind and a language, "" for all others."""

    commands: dict[tuple[tuple[Any, ...], str], Commands] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)

    def menu(self, scopes: Iterable[Scope], language: str) -> Commands:
        """Answer the commands of the first scope that has some, in the language or for all (BotCommandScope)."""
        for scope in scopes:
            for code in (language, ""):
                if commands := self.commands.get((scope_key(scope), code)):
                    return commands
        return []


def scope_key(scope: Scope | None) -> tuple[Any, ...]:
    """Answer what tells scopes apart."""
    scope = scope or {"type": "default"}
    return scope["type"], scope.get("chat_id"), scope.get("user_id")


def private_scopes(chat_id: int) -> list[Scope]:
    """Answer the scopes of a private chat, the nearest first."""
    return [{"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, {"type": "default"}]


def group_scopes(chat_id: int, user_id: int, *, is_admin: bool) -> list[Scope]:
    """Answer the scopes of a person in a group, the nearest first."""
    for_admins: list[Scope] = [{"type": "chat_administrators", "chat_id": chat_id}] if is_admin else []
    for_all_admins: list[Scope] = [{"type": "all_chat_administrators"}] if is_admin else []
    return [
        {"type": "chat_member", "chat_id": chat_id, "user_id": user_id},
        *for_admins,
        {"type": "chat", "chat_id": chat_id},
        *for_all_admins,
        {"type": "all_group_chats"},
        {"type": "default"},
    ]
