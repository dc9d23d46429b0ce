"""A topic found by its name from within the picker: several that may be meant are buttons of it, and it comes back.

🔎 on a screen ─▶ a name ─┬▶ one topic: followed, and the screen again
                          └▶ several, or some of nearly that name: ➕ on each, which leads to the screen again
"""

from bot.callbacks import Act
from bot.handlers.following import DEEDS, apply, carry_out, tell_unknown
from bot.handlers.views import look
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.screens import draw
from bot.talk import Talk, echo
from bot.view import topic_button
from newsroom.names import read_names
from newsroom.taxonomy import Topic


async def take_name(talk: Talk, screen: str) -> bool:
    """Take what was said for the name of a topic; tells whether it was one. Lists and quotes are as typed anywhere."""
    names = read_names(talk.argument)
    if len(names) != 1 or names[0].quoted:
        return await carry_out(talk, "follow")
    name = names[0].name
    found = talk.newsroom.directory.find(name)
    if len(found) == 1:
        await _follow(talk, found[0], screen)
    elif found:
        await _offer(talk, found, screen, talk.t("follow.which", name=echo(name)))
    elif near := talk.newsroom.directory.propose(name):
        await _offer(talk, near, screen, talk.t("follow.near", name=echo(name)))
    else:
        await tell_unknown(talk, "follow", [name])
    return bool(found)


async def _follow(talk: Talk, topic: Topic, screen: str) -> None:
    lines = await apply(talk, DEEDS["follow"], [topic.tag])
    text, keyboard = draw(screen, await look(talk))
    talk.say("\n".join([*lines, "", text]), keyboard)


async def _offer(talk: Talk, topics: list[Topic], screen: str, text: str) -> None:
    view = await look(talk)
    hits = in_columns(topic_button(view, topic, screen) for topic in topics)
    talk.say(text, make_keyboard([*hits, [make_button(talk.t.plain("button.back"), Act.GO, screen)]]))
