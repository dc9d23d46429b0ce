"""`qasid link`: addresses, HTML and QR codes that lead into the bot."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import segno
from typer.testing import CliRunner, Result

from cli import cli
from sandbox import Sandbox

ROOT = Path(__file__).parent.parent.parent
PLUGIN = ROOT / "deploy" / "wordpress" / "qasid-follow.php"
Run = Callable[..., Awaitable[Result]]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    """Run the command for a bot that Telegram knows as @sample_bot."""
    async with Sandbox(limits=None) as telegram:
        monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/qasid.db")
        monkeypatch.setenv("BOT_TOKEN", telegram.token)
        monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)

        async def invoke(*words: str) -> Result:
            return await asyncio.to_thread(CliRunner().invoke, cli, ["link", *words])

        yield invoke


@pytest.mark.parametrize(
    ("payload", "url"),
    [
        ("t_diplomacy", "https://t.me/sample_bot?start=t_diplomacy"),
        ("t_tj", "https://t.me/sample_bot?start=t_TJ"),
        ("t_belt-road", "https://t.me/sample_bot?start=t_belt-road"),
        ("a_12", "https://t.me/sample_bot?start=a_12"),
        ("", "https://t.me/sample_bot"),
    ],
)
async def test_a_payload_is_a_link(run: Run, payload: str, url: str) -> None:
    assert (await run(*filter(None, [payload]))).output == f"{url}\n"


async def test_the_site_shows_it_in_its_language(run: Run) -> None:
    told = (await run("t_diplomacy", "--html")).output
    assert told == (
        '<a class="qasid-follow" href="https://t.me/sample_bot?start=t_diplomacy" lang="ar" dir="rtl" rel="noopener">'
        "تابعوا «السياسة الخارجية» على تيليغرام</a>\n"
    )
    assert told.strip().replace("sample_bot", "your_bot") in (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    assert "Follow “Foreign affairs” on Telegram" in (await run("t_diplomacy", "--html", "--language", "en")).output


@pytest.mark.parametrize("payload", ["t_nowhere", "diplomacy", "x_1", "t_", "t_<b>"])
async def test_what_leads_nowhere_is_refused(run: Run, payload: str) -> None:
    refused = await run(payload)
    assert refused.exit_code == 1
    assert "no such topic" in str(refused.exception)


async def test_the_code_is_the_link_and_says_what_it_is(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "code.svg"
    assert (await run("t_diplomacy", "--qr", str(file))).output.endswith(f"Written: {file}\n")
    drawn = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314  (our own)
    assert drawn.tag == f"{SVG}svg"
    assert "السياسة الخارجية" in (drawn.findtext(f"{SVG}title") or "")
    side = segno.make("https://t.me/sample_bot?start=t_diplomacy", error="m", micro=False).symbol_size(border=4)[0]
    assert drawn.get("viewBox") == f"0 0 {side} {side}"  # it scales


WORDPRESS = """<?php
define('ABSPATH', '/');
function add_shortcode($name, $does) {}
function add_filter($name, $does) {}
function shortcode_atts($usual, $given, $name) { return array_merge($usual, $given); }
function esc_url($url) { return $url; }
function esc_html($text) { return htmlspecialchars($text); }
function get_the_category() { return [(object) ['slug' => 'other'], (object) ['slug' => 'economy']]; }
function is_single() { return true; } function in_the_loop() { return true; } function is_main_query() { return true; }
require $argv[1];
$own = qasid_follow(['topic' => 'TJ', 'words' => 'a<b']);
$wrong = qasid_follow(['topic' => 'TJ"><b>']) . qasid_follow(['topic' => 'belt_road']);
echo qasid_follow([]), "\\n", $own, "\\n", qasid_under_post('x'), "\\n", $wrong, "\\n";
"""


def test_the_plugin_of_wordpress_leads_where_its_categories_say(tmp_path: Path) -> None:
    (tmp_path / "try.php").write_text(WORDPRESS)
    try:
        words = ["php", str(tmp_path / "try.php"), str(PLUGIN)]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603
    except FileNotFoundError:
        pytest.skip("no PHP on this machine")
    assert 'href="https://t.me/your_bot?start=t_economy"' in told[0]
    assert 'href="https://t.me/your_bot?start=t_TJ">a&lt;b</a>' in told[1]
    assert told[2].startswith("x<p><a ")
    assert told[3] == ""  # what leads nowhere is not written
