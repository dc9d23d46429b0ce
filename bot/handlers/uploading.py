"""Files that editors send, in private: a list of sources, or what is said of topics.

    /sources import ─▶ the next file is an OPML list        /topicwords load ─▶ it is the TOML that `export` gives

The file is read by the clock's people (`jobs/files.py`), who tell what came of it. Another kind is a line of `KINDS`.
"""

from telegram import Update

from bot.callbacks import Act
from bot.handlers.deciding import require_role
from bot.keyboards import make_button, make_keyboard
from bot.talk import Talk
from db.store import probes, prompts, staff
from db.store.probes import OPML, TOPICS, Probe
from newsroom.errors import Refusal
from newsroom.roles import Role

PROMPT = "file "  # begins the prompt that waits for a file, before what it is
KINDS = {OPML: "file.ask.opml", TOPICS: "file.ask.topics"}
LARGEST = 1_000_000  # bytes


async def ask_for_file(talk: Talk, kind: str) -> None:
    """Wait for a file."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{kind}", talk.visit.now)
    talk.say(talk.t(KINDS[kind]), make_keyboard([[make_button(talk.t.plain("button.drop"), Act.DROP)]]))


async def take(update: Update, talk: Talk) -> bool:
    """Have a file read that was waited for; tells whether it was, or whether its sender was told how it can be."""
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now) or ""
    document = update.effective_message.document if update.effective_message else None
    kind = waited.removeprefix(PROMPT) if waited.startswith(PROMPT) else ""
    if document is None or kind not in KINDS:
        return not waited and document is not None and await _tell_how(talk, document.file_name or "")
    await require_role(talk, Role.EDITOR)
    if (document.file_size or 0) > LARGEST:
        raise Refusal("file.large", kb=LARGEST // 1000)
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    asked = Probe(document.file_id, False, talk.chat_id, talk.t.language, str(talk.user_id), kind=kind)  # noqa: FBT003
    await probes.ask(talk.connection, asked, talk.visit.now)
    talk.say(talk.t("file.asked"))
    return True


async def _tell_how(talk: Talk, name: str) -> bool:
    """Tell an editor who sent a list unasked how it is taken; tells whether it was one."""
    if not name.lower().endswith(".opml") or not await staff.has_role(talk.connection, talk.user_id, Role.EDITOR):
        return False
    talk.say(talk.t("file.how"))
    return True
