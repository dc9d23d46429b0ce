"""In which words somebody is spoken to who has not just spoken: those of the language that the chat has chosen."""

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import subscribers
from locales import Texts, texts


async def speak_to(connection: AsyncConnection, chat_id: int, language: str) -> Texts:
    """Answer the texts of a chat, in its digits; those of the newsroom's language where it has chosen none."""
    reader = await subscribers.find(connection, chat_id)
    return texts(reader.language, reader.digits) if reader else texts(language)
