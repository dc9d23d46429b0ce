"""`qasid site check`: what is wrong with the account on the site is said with its remedy."""

from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner

from cli import cli
from commands.site import find_faults
from jobs.fetcher import Fetcher
from jobs.wordpress import Account, SiteApi
from newsroom.comments import find_api
from tests.commented import PASSWORD, USER, CommentedSite, open_commented
from tests.written import open_site


@pytest.fixture
async def site() -> AsyncIterator[CommentedSite]:
    async with open_commented() as opened:
        yield opened


async def find(url: str) -> list[str]:
    """Answer what is wrong with an account there."""
    account = Account(url, USER, PASSWORD)
    async with Fetcher("Qasid/test", allow_private=True) as fetcher:
        outcome, told = await SiteApi(fetcher, find_api(url, []), account).look_at_us()
    return list(find_faults(account, outcome, told))


async def test_an_account_that_may_moderate_will_do(site: CommentedSite) -> None:
    assert await find(site.url) == []


async def test_a_password_that_the_site_does_not_know_is_said_to_be_no_application_password(
    site: CommentedSite,
) -> None:
    site.password = "another"
    (fault,) = await find(site.url)
    assert "HTTP 401 incorrect_password" in fault
    assert "an application password" in fault
    assert PASSWORD not in fault


async def test_a_user_without_the_right_is_to_become_an_editor(site: CommentedSite) -> None:
    site.rights = False
    (fault,) = await find(site.url)
    assert "the role of an editor" in fault


async def test_a_site_without_an_api_is_said_to_have_none() -> None:
    async with open_site() as other:
        (fault,) = await find(other.url)
    assert "has no REST API" in fault


async def test_a_site_that_is_not_wordpress_is_said_to_be_none() -> None:
    async with open_site() as other:
        other.write("/", "<html>")
        (fault,) = await find(other.url)
    assert "not as WordPress does" in fault


async def test_a_site_that_does_not_answer_is_said_not_to() -> None:
    (fault,) = await find("http://127.0.0.1:9")
    assert "did not answer as it should: no connection" in fault


def test_without_an_account_it_says_which_settings_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORDPRESS_USER", raising=False)
    result = CliRunner().invoke(cli, ["site", "check"])
    assert result.exit_code == 1
    assert "WORDPRESS_USER and WORDPRESS_APP_PASSWORD are not set" in result.output
