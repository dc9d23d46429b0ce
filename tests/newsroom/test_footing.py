"""Footing: how somebody stands in a chat, by what Telegram says of it."""

from typing import Any

import pytest

from newsroom.footing import Footing, read_footing

FORUM = {"type": "supergroup", "is_forum": True}
SILENT = {"permissions": {"can_send_messages": False}}


@pytest.mark.parametrize(
    ("member", "chat", "footing"),
    [
        ({}, {}, Footing()),
        ({"status": "left"}, {}, Footing()),
        ({"status": "left"}, {"type": "channel"}, Footing(is_channel=True)),
        ({"status": "kicked"}, FORUM, Footing(is_forum=True)),
        ({"status": "member"}, {}, Footing(is_in=True, may_write=True)),
        ({"status": "member"}, SILENT, Footing(is_in=True)),
        (
            {"status": "restricted", "is_member": True, "can_send_messages": True},
            {},
            Footing(is_in=True, may_write=True),
        ),
        ({"status": "restricted", "is_member": True, "can_send_messages": False}, {}, Footing(is_in=True)),
        ({"status": "restricted", "is_member": False, "can_send_messages": True}, {}, Footing()),
        ({"status": "administrator"}, SILENT, Footing(is_in=True, is_admin=True, may_write=True)),
        (
            {"status": "administrator", "can_post_messages": True},
            {},
            Footing(is_in=True, is_admin=True, may_write=True, may_post=True),
        ),
    ],
)
def test_how_the_bot_stands_somewhere_is_read_off_what_telegram_says(
    member: dict[str, Any], chat: dict[str, Any], footing: Footing
) -> None:
    assert read_footing(member, chat) == footing
