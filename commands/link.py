"""`qasid link`: what the site shows to lead its visitors into the bot, as an address, as HTML and as a QR code."""

from pathlib import Path
from typing import Annotated

import segno
import typer

from commands.acting import opened, running
from db.store.topics import Topics
from locales import LANGUAGES, texts
from newsroom.errors import QasidError
from newsroom.links import Link, make_link, write_anchor
from opening import ask_name
from settings import SettingsError, read_settings

BORDER = 4  # modules of white around it, as ISO 18004 wants them


def register(cli: typer.Typer) -> None:
    """Take the command up."""
    cli.command("link")(show_link)


@running
async def show_link(
    payload: Annotated[str, typer.Argument(help="t_SLUG to follow a topic, a_N to read, r_N to answer.")] = "",
    *,
    as_html: Annotated[bool, typer.Option("--html", help="As the site would show it.")] = False,
    qr: Annotated[Path | None, typer.Option(help="Write its QR code there, as SVG.")] = None,
    language: Annotated[str, typer.Option(help="ar, en, zh or fr; without it, the newsroom's.")] = "",
) -> None:
    """Print the link that leads into the bot, and follows a topic there."""
    settings = read_settings()
    language = language or settings.default_language
    if language not in LANGUAGES:
        raise SettingsError(f"--language: allowed is {', '.join(LANGUAGES)}")
    bot = await ask_name(settings)
    async with opened() as database:
        taxonomy = (await Topics(database).renew()).taxonomy
    link = make_link(bot, payload, taxonomy)
    if link is None:
        raise QasidError(f"{payload}: no such topic; `qasid topics export` and docs/editorial.md name them")
    named = texts(language).plain("link.topic", topic=taxonomy.name(link.tag, language)) if link.tag else ""
    words = named or texts(language).plain("link.bot")
    print(write_anchor(link.url, words, language) if as_html else link.url)
    if qr:
        _write_code(link, words, qr)


def _write_code(link: Link, words: str, file: Path) -> None:
    """Write the code so that it scales, prints, and says what it is to whoever cannot see it."""
    code = segno.make(link.url, error="m", micro=False)
    code.save(str(file), kind="svg", border=BORDER, title=words, desc=link.url, omitsize=True, xmldecl=False)
    print(f"Written: {file}")
