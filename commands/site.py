"""`qasid site`: whether the site lets replies become comments."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from commands.acting import opened, running
from jobs.wordpress import RIGHT, Account, Outcome, open_api
from newsroom.comments import Came
from opening import make_fetcher
from settings import read_settings

cli = typer.Typer(no_args_is_help=True, help="Replies as comments of the site.")


@cli.callback()
def _several() -> None:
    """Let `check` be said, though there is no other command yet."""


@cli.command("check")
@running
async def check_site() -> None:
    """Ask the site who we are there, and what we may do; answers 1 where replies cannot become comments."""
    settings = read_settings()
    account = Account(*settings.site_account)
    if not account.may_write:
        print("WORDPRESS_USER and WORDPRESS_APP_PASSWORD are not set: replies stay in Telegram.", file=sys.stderr)
        raise typer.Exit(1)
    async with opened() as database, make_fetcher(settings) as fetcher:
        api = await open_api(database, fetcher, account)
        outcome, told = await api.look_at_us()
    faults = list(find_faults(account, outcome, told))
    print(
        "\n".join(faults) or f"{account.site} knows us as {told.get('name')}: replies become comments.",
        file=sys.stderr if faults else sys.stdout,
    )
    if faults:
        raise typer.Exit(1)


def find_faults(account: Account, outcome: Outcome, told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong, each with its remedy."""
    if outcome.came is Came.REFUSED and outcome.why.startswith("HTTP 404"):
        yield f"{account.site} has no REST API ({outcome.why}): is it a WordPress, and SITE_URL its address?"
    elif outcome.came is Came.REFUSED:
        yield (
            f"{account.site} does not know {account.user} by this password ({outcome.why}). WORDPRESS_APP_PASSWORD is "
            "an application password, made under Users, Profile, and not the one to log in with; some servers take the "
            "header Authorization away before WordPress sees it, and WordPress wants https."
        )
    elif outcome.came is not Came.DONE:
        yield f"{account.site} did not answer as it should: {outcome.why}."
    elif not told:
        yield f"{account.site} answered, but not as WordPress does: is SITE_URL its address?"
    elif not (told.get("capabilities") or {}).get(RIGHT):
        yield f"{account.user} may not moderate comments on {account.site}: give that user the role of an editor."
