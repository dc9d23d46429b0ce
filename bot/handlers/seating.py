"""Where moderators sit, as admins choose it in the running bot: by a picked group, or by what a group is for.

The caller has looked up the role, and Telegram was asked before the transaction how the bot stands there.
"""

from bot.talk import Talk
from db.store import choices, staff
from db.store.cards import Spot
from newsroom.errors import Refusal
from newsroom.footing import Footing

PRIVATE = "private"  # what the audit says where each sits alone


async def sit_together(talk: Talk, spot: Spot) -> str:
    """Let moderators sit in a group; answers what there is to say of it. Raises Refusal where that cannot be."""
    _require_open(talk)
    footing = require_group(talk)
    if not footing.may_write:
        raise Refusal("setup.desk.mute")
    await _choose(talk, spot, str(spot.chat_id))
    notes = [
        *(["setup.desk.topics"] if footing.is_forum and not spot.thread_id else []),
        *([] if footing.is_admin else ["setup.desk.member"]),
    ]
    return "\n\n".join(talk.t(key) for key in ("setup.desk.chosen", *notes))


async def sit_alone(talk: Talk) -> None:
    """Let each moderator sit in his own chat."""
    _require_open(talk)
    await _choose(talk, choices.ALONE, PRIVATE)


def require_footing(talk: Talk) -> Footing:
    """Answer how the bot stands in what was picked. Raises Refusal where it is not in, or Telegram did not tell."""
    footing = talk.visit.footing
    if footing is None:
        raise Refusal("setup.unasked")
    if not footing.is_in:
        raise Refusal("setup.out")
    return footing


def require_group(talk: Talk) -> Footing:
    """Answer how the bot stands in the group that was picked. Raises Refusal for a channel, too."""
    footing = require_footing(talk)
    if footing.is_channel:
        raise Refusal("setup.no_group")
    return footing


def _require_open(talk: Talk) -> None:
    """Raise Refusal where the settings say where moderators sit."""
    if talk.newsroom.rules.chat_id:
        raise Refusal("setup.desk.fixed")


async def _choose(talk: Talk, spot: Spot, told: str) -> None:
    await choices.choose_desk(talk.connection, spot)
    await staff.note(talk.connection, staff.Act(str(talk.user_id), "choose desk", told), talk.visit.now)
