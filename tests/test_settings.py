"""Settings: one table in three places, wrong values refused by name, secrets never printed."""

import re
from base64 import b64encode
from pathlib import Path

import pytest

from settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent
NAMES = {name.upper(): field for name, field in Settings.model_fields.items()}
SECRETS = {
    "BOT_TOKEN": "1234567:canary-canary-canary-canary",
    "WEBHOOK_SECRET": "canary-secret",
    "PSEUDONYM_SECRET": "canary-of-sixteen-letters",
    "WORDPRESS_APP_PASSWORD": "cana ryof twen tyfo urle tter",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_example_names_every_setting_with_what_it_is_for() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    asked_by_compose = re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    others = sorted({*asked_by_compose} - {*NAMES})
    assert re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE) == [*NAMES, *others]
    assert [name for name, field in NAMES.items() if str(field.description) not in text] == []


def test_the_docs_have_a_line_for_every_setting_with_what_is_allowed() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE) == list(NAMES)
    for field in NAMES.values():
        assert isinstance(field.json_schema_extra, dict)
        assert f"{field.description} | {field.json_schema_extra['allowed']} |" in text


def test_the_defaults_are_allowed() -> None:
    settings = read_settings(env_file=None)
    assert (settings.default_language, settings.send_rate, settings.roles) == ("ar", 28, ["bot", "jobs", "web"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "no token"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("DATABASE_URL", "mysql://x"),
        ("OWNER_IDS", "12,x"),
        ("MODERATION_CHAT_ID", "@group"),
        ("SITE_URL", "site"),
        ("SOURCES", "feed.xml"),
        ("DEFAULT_LANGUAGE", "de"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus"),
        ("POLL_SECONDS", "0"),
        ("SEND_RATE", "fast"),
        ("WEB_PORT", "70000"),
        ("PUBLIC_URL", "bot"),
        ("WEBHOOK_SECRET", "with space"),
        ("PSEUDONYM_SECRET", "fifteen letters"),
        ("ALLOW_PRIVATE_SOURCES", "maybe"),
        ("WORDPRESS_APP_PASSWORD", "short"),
        ("LOG_FORMAT", "xml"),
        ("ROLES", "cook"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_is_allowed(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings(env_file=None)
    assert re.match(rf"{name}: allowed is \S", str(refused.value))
    assert f" {value}" not in str(refused.value)


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_RATE", "fast")
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(SettingsError) as refused:
        read_settings(env_file=None)
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == ["LOG_FORMAT", "SEND_RATE"]


def test_half_a_webhook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
    with pytest.raises(SettingsError, match="PUBLIC_URL and WEBHOOK_SECRET"):
        read_settings(env_file=None)


@pytest.mark.parametrize(
    ("site", "user", "password", "fault"),
    [
        ("https://site.example", "editor", "", "WORDPRESS_USER and WORDPRESS_APP_PASSWORD"),
        ("https://site.example", "", "a" * 24, "WORDPRESS_USER and WORDPRESS_APP_PASSWORD"),
        ("", "editor", "a" * 24, "with SITE_URL"),
        ("http://site.example", "editor", "a" * 24, "SITE_URL: allowed is an https address"),
    ],
)
def test_half_an_account_on_the_site_is_refused(site: str, user: str, password: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        read_settings(env_file=None, site_url=site, wordpress_user=user, wordpress_app_password=password)


def test_the_account_on_the_site_is_told_without_spaces_and_kept_out_of_logs() -> None:
    told = {"site_url": "https://site.example/ar/", "wordpress_user": "editor"}
    settings = read_settings(env_file=None, wordpress_app_password="abcd efgh ijkl mnop qrst uvwx", **told)
    assert settings.site_account == ("https://site.example/ar", "editor", "abcdefghijklmnopqrstuvwx")
    sent = b64encode(b"editor:abcdefghijklmnopqrstuvwx").decode()
    assert {"abcd efgh ijkl mnop qrst uvwx", "abcdefghijklmnopqrstuvwx", sent} <= set(settings.secrets)


def test_lists_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_IDS", "12, 34")
    monkeypatch.setenv("SOURCES", "https://a.example/feed\nhttps://b.example/feed")
    monkeypatch.setenv("ROLES", "bot,jobs")
    settings = read_settings(env_file=None)
    assert settings.owner_ids == [12, 34]
    assert settings.sources == ["https://a.example/feed", "https://b.example/feed"]
    assert settings.roles == ["bot", "jobs"]


def test_secrets_print_as_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
    monkeypatch.setenv("WORDPRESS_USER", "editor")
    monkeypatch.setenv("SITE_URL", "https://site.example")
    printed = f"{read_settings(env_file=None)!r} {read_settings(env_file=None)}"
    assert [value for value in SECRETS.values() if value in printed] == []


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("SITE_NAME=من الملف\nLOG_FORMAT=json\n", encoding="utf-8")
    monkeypatch.setenv("LOG_FORMAT", "console")
    settings = read_settings(env_file=file)
    assert (settings.site_name, settings.log_format) == ("من الملف", "console")


@pytest.mark.parametrize(
    ("said", "chat"), [("", None), ("-1001234567890", (-1001234567890, 0)), ("-1001234567890/17", (-1001234567890, 17))]
)
def test_the_group_of_moderators_may_be_a_forum_topic(said: str, chat: tuple[int, int] | None) -> None:
    assert read_settings(env_file=None, moderation_chat_id=said).moderation_chat == chat
