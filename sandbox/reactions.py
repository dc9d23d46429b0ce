"""Reactions to messages: which there are, who gave which, and what the bot hears of it.

A person has one at a time on a message, as without Premium, and so has a bot (Bot API, setMessageReaction). The bot
hears of those of people where it is alone with them or an administrator; of a channel's post it hears how many there
are of each (Bot API, Update: message_reaction and message_reaction_count). Of its own it hears nothing.
"""

from collections import Counter

from sandbox.world import Json, Message

# What anybody may give (Bot API, ReactionTypeEmoji).
WRITTEN = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 "
    "🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
EMOJI = frozenset(WRITTEN.split())
SELECTOR = "\ufe0f"  # which asks for the coloured form, and may stand in what bots send


def read_reaction(given: str) -> str:
    """Answer a reaction as it is kept. Raises ValueError for what is none."""
    emoji = given.replace(SELECTOR, "")
    if emoji not in EMOJI:
        raise ValueError(f"{given} is no reaction")
    return emoji


def react(message: Message, by: Json, emoji: str) -> None:
    """Let somebody have a reaction on a message in place of the one before; none if `emoji` is empty."""
    others = tuple(given for given in message.reactions if given[0] != by["id"])
    message.reactions = (*others, (by["id"], emoji)) if emoji else others


def report(message: Message, by: Json, old: str) -> None:
    """Let the bot hear that a person's reaction is another than it was."""
    chat, new = message.chat, find(message, by)
    if new == old or not chat.is_bot_told_all:
        return
    about = {"chat": chat.as_json(), "message_id": message.id, "date": int(chat.world.clock())}
    if chat.kind == "channel":
        counts = [{"type": _type(emoji), "total_count": count} for emoji, count in count_reactions(message).items()]
        chat.world.updates.add("message_reaction_count", chat.id, about | {"reactions": counts})
        return
    changed = {"old_reaction": _types(old), "new_reaction": _types(new)}
    chat.world.updates.add("message_reaction", chat.id, about | {"user": by} | changed)


def count_reactions(message: Message) -> dict[str, int]:
    """Answer how many there are of each, the most frequent first."""
    return dict(Counter(emoji for _, emoji in message.reactions).most_common())


def find(message: Message, by: Json) -> str:
    """Answer what somebody gave to a message, "" for nothing."""
    return dict(message.reactions).get(by["id"], "")


def _types(emoji: str) -> list[Json]:
    return [_type(emoji)] if emoji else []


def _type(emoji: str) -> Json:
    return {"type": "emoji", "emoji": emoji}
