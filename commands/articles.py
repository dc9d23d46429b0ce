"""`qasid articles`: what is stored, corrected and taken back."""

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, note, opened, running
from db.store import articles, corrections, search

cli = typer.Typer(no_args_is_help=True, help="Articles: shown, corrected, taken back.")
Number = Annotated[int, typer.Argument(help="The article's number.")]


@cli.command("show")
@running
async def show_article(number: Number) -> None:
    """Show an article's newest version, and what it is about."""
    async with opened() as database, database.read() as connection:
        article = await articles.find(connection, number)
        tags = await articles.list_topics(connection, number)
    if article is None:
        raise typer.BadParameter(f"there is no article {number}")
    taken_back = "" if article.retracted is None else f"taken back: {article.retracted}\n"
    print(f"{article.id}\tversion {article.version}\t{article.url}\n{taken_back}{article.title}\n{article.lead}")
    print(f"about: {', '.join(tags)}")


@cli.command("correct")
@running
async def correct_article(
    number: Number,
    title: Annotated[str | None, typer.Option(help="The title as it should be.")] = None,
    lead: Annotated[str | None, typer.Option(help="The lead as it should be.")] = None,
) -> None:
    """Write other words; whoever has the article sees them in its place, without a new message."""
    texts = {name: text for name, text in (("title", title), ("lead", lead)) if text is not None}
    if not texts:
        raise typer.BadParameter("say what changes: --title, --lead")

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "correct article", str(number), now, ", ".join(texts))
        return await corrections.correct(connection, number, texts, now)

    await change(act, f"Article {number} is corrected.", f"No article {number}.")


@cli.command("retract")
@running
async def retract_article(
    number: Number, reason: Annotated[str, typer.Option(help="Why; readers see it.")] = ""
) -> None:
    """Take an article back: nobody else gets it, and whoever has it sees that it was taken back, and why."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "retract article", str(number), now, reason)
        return await corrections.retract(connection, number, reason, now)

    await change(act, f"Article {number} is taken back.", f"No article {number}.")


@cli.command("reindex")
@running
async def reindex() -> None:
    """Make the index that `/search` asks anew; the running bot does it, from the newest article down."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "reindex", "articles", now)
        await search.make_anew(connection)
        return True

    await change(act, "The index is made anew by the running bot, or at its next start.", "")
