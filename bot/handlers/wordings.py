"""What moderators type for a card: another wording, or a note to the author beside a reason.

The prompt says which reply in which version it is about, so what is typed long afterwards is refused where the reply
changed. In the moderators' group it is typed as an answer to the bot's message, for the bot hears nothing else there.
"""

from telegram import ForceReply, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.callbacks import Act, Press
from bot.cards import link_actor
from bot.handlers.desking import read_code, require_moderator, spot_of, write_overtaken
from bot.keyboards import make_button, make_keyboard
from bot.talk import Talk
from bot.ways import CODES
from db.store import cards, overseeing, prompts, replies
from db.store.replies import Overtaken
from newsroom.cards import Kind
from newsroom.errors import Refusal
from newsroom.replies import Action, Actor, Deed

PROMPT = "card "  # begins the prompts of this module: what is to be done, the reply, its version
EDIT = "edit"


async def ask_for_text(talk: Talk, press: Press) -> None:
    """Wait for another wording of a reply."""
    await _ask(talk, press, EDIT, talk.t("card.write.text"))


async def ask_for_note(talk: Talk, press: Press, action: Action, code: str) -> None:
    """Wait for a note beside a reason that was chosen by its number."""
    reason = talk.t.plain(f"reason.{read_code(code)}")
    await _ask(talk, press, f"{action}:{code}", talk.t("card.write.note", reason=reason))


async def _ask(talk: Talk, press: Press, what: str, text: str) -> None:
    command = f"{PROMPT}{what} {press.what} {press.page}"
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, command, talk.visit.now)
    if talk.is_private:
        talk.say(text, make_keyboard([[make_button(talk.t.plain("button.drop"), Act.DROP)]]))
        return
    await cards.keep_prompt(talk.connection, await spot_of(talk), press.what, talk.visit.now, talk.next_key)
    who = link_actor(talk.t, str(talk.user_id), await overseeing.number_staff(talk.connection))
    talk.say(f"{who}\n{text}", reply_markup=ForceReply(selective=True).to_dict())


async def take(talk: Talk, waited: str, typed: str) -> None:
    """Do what a prompt waited for with what was typed, and say what came of it."""
    actor = await require_moderator(talk)
    what, reply_id, version = waited.removeprefix(PROMPT).split()
    name, _, code = what.partition(":")
    if name == EDIT:
        came = await _propose(talk, actor, reply_id, int(version), typed)
    else:
        deed = Deed(Action(name), code=CODES[int(code)], note=typed.strip())
        came = await replies.act(talk.connection, reply_id, deed, actor, talk.visit.now, seen=int(version))
    await cards.settle_asks(talk.connection, talk.chat_id, reply_id)
    await cards.end_prompts(talk.connection, await spot_of(talk), reply_id, answered=True)
    if isinstance(came, Overtaken):
        talk.say(await write_overtaken(talk, came))
    else:
        talk.say(talk.t(f"card.told.{name}"))


async def _propose(talk: Talk, actor: Actor, reply_id: str, version: int, typed: str) -> replies.Done | Overtaken:
    """Offer the author another wording; whose hold is over by then holds it again, where nobody else does."""
    now = talk.visit.now
    held = await replies.act(talk.connection, reply_id, Deed(Action.CLAIM), actor, now, seen=version)
    if isinstance(held, Overtaken):
        return held
    return await replies.act(talk.connection, reply_id, Deed(Action.PROPOSE, text=typed), actor, now, seen=version)


async def read_reply(update: Update, talk: Talk) -> None:
    """Take what somebody answers to the bot in the moderators' group, if that was waited for.

    An answer to a question that is over is taken for no other one.
    """
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now) or ""
    message, asked = update.effective_message, await _find_question(talk)
    is_waited = waited.startswith(PROMPT) and asked in {"", *waited.split()}
    if asked and not is_waited:
        talk.say(talk.t("card.write.over"))
    if message is None or not is_waited:
        return
    try:
        await take(talk, waited, message.text or "")
    except Refusal as refusal:
        talk.say(talk.t(refusal.key, **refusal.values))
        return
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)


async def _find_question(talk: Talk) -> str:
    """Answer the reply of which the message asks that is answered; nothing where it asks nothing."""
    answered = talk.answered.message_id if talk.answered else 0
    card = await cards.find_message(talk.connection, talk.chat_id, answered)
    return card.reply_id or "" if card and card.kind is Kind.PROMPT else ""


ANSWERS = filters.ChatType.GROUPS & filters.REPLY & filters.TEXT & ~filters.COMMAND
HANDLERS: list[BaseHandler[Update, Talk, None]] = [MessageHandler(ANSWERS, read_reply)]
