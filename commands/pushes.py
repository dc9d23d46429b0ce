"""`qasid pushes`: what is on its way to readers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, note, opened, running
from db.store import deliveries, pushes, queue
from newsroom.pushes import DEEDS, PushState

cli = typer.Typer(no_args_is_help=True, help="What is on its way to readers.")
PushId = Annotated[int, typer.Argument(help="The number that `pushes list` shows.")]


@cli.command("list")
@running
async def list_pushes(limit: Annotated[int, typer.Option(help="How many of the newest.")] = 20) -> None:
    """List the newest pushes and how far they are."""
    async with opened() as database, database.read() as connection:
        for row in await pushes.list_newest(connection, limit):
            counts = row.counts or await deliveries.count_by_state(connection, row.id)
            told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nobody"
            why = f" ({row.reason})" if row.reason else ""
            what = f"article {row.story_id}" if row.story_id else "broadcast"
            print(f"{row.id}\t{what}\t{row.state}{why}\t{told}")


@cli.command("pause")
@running
async def pause_push(push: PushId) -> None:
    """Send nothing more of a push until it is resumed."""
    await set_push(push, "pause push", PushState.PAUSED, DEEDS["pause"])


@cli.command("cancel")
@running
async def cancel_push(push: PushId) -> None:
    """Send nothing more of a push, ever; what is in flight arrives."""
    await set_push(push, "cancel push", PushState.CANCELLED, DEEDS["cancel"])


@cli.command("resume")
@running
async def resume_push(push: PushId) -> None:
    """Go on with a paused push, and with what had been stopped because Telegram refused its text."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "resume push", str(push), now)
        return await queue.resume(connection, push, now)

    await change(act, f"Push {push} goes on.", f"No push {push} that could go on.")


@cli.command("once")
@running
async def send_once(push: PushId) -> None:
    """Repeat nothing of a push that is in doubt: rather never than twice."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "send push once", str(push), now)
        return await pushes.send_once(connection, push)

    await change(act, f"Nothing of push {push} is repeated.", f"No push {push}.")


async def set_push(push: int, action: str, state: PushState, among: Sequence[PushState]) -> None:
    """Change the state of a push."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, action, str(push), now)
        return await pushes.set_state(connection, push, state, among, now)

    await change(act, f"Push {push} is {state}.", f"No push {push} that could be {state}.")
