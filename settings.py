"""The settings: read once from the environment and from `.env`, checked, handed down, never changed.

Each field is one variable of that name in capitals, with its kind, its default and what it is for; `.env.example` and
docs/configuration.md hold the same table, and tests/test_settings.py holds the three together. A value that is not
allowed refuses to start and is named with what is allowed; secrets print as stars. Imports nothing of ours.
"""

import re
from base64 import b64encode
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Role = Literal["bot", "jobs", "web"]
ROLES: tuple[Role, ...] = ("bot", "jobs", "web")
TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
SHORTEST_SECRET = 16  # characters; that of the file has 43
APP_PASSWORD = re.compile(r"\s*(?:[A-Za-z0-9]\s*){24}")  # WordPress shows it in groups of four
ENV_FILE = Path(".env")
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API, setWebhook


class SettingsError(ValueError):
    """Some settings cannot be used; the message has a line for each, with what is allowed."""


def _split(value: Any) -> Any:
    return [part for part in re.split(r"[\s,]+", value) if part] if isinstance(value, str) else value


def _roles(value: Any) -> Any:
    return list(ROLES) if value == "all" else _split(value)


def setting(default: Any, help_text: str, allowed: str, **limits: Any) -> Any:
    """Describe a setting: its default, what it is for, and what is allowed in words."""
    return Field(default, description=help_text, json_schema_extra={"allowed": allowed}, **limits)


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: SecretStr = setting(SecretStr(""), "The token that BotFather gave.", "a token like 123456:ABC-DEF…")
    telegram_api_url: str = setting(
        "https://api.telegram.org", "Where the Bot API answers.", "an http(s) address", pattern=r"^https?://[^\s/]+"
    )
    database_url: str = setting(
        "sqlite+aiosqlite:///qasid.db",
        "The database; PostgreSQL is postgresql+asyncpg://user:password@host/name.",
        "sqlite+aiosqlite:///… or postgresql+asyncpg://…",
        pattern=r"^(sqlite\+aiosqlite|postgresql\+asyncpg)://",
    )
    owner_ids: Annotated[list[int], NoDecode, BeforeValidator(_split)] = setting(
        [],
        "Telegram ids of the owners, who get that role at start; when empty, the start prints a link for one.",
        "numbers, separated by commas",
    )
    moderation_chat_id: str = setting(
        "",
        "The group where replies are moderated, or a forum topic of one; without it, where an admin chooses by /setup.",
        "a group's id like -1001234567890, or with a forum topic -1001234567890/17",
        pattern=r"^(-\d+(/\d+)?)?$",
    )
    moderation_quorum: int = setting(
        1, "How many moderators have to approve a reply before it is public.", "1 to 5", ge=1, le=5
    )
    moderation_steal: bool = setting(
        False,  # noqa: FBT003
        "Whether a lead may take over a reply that another moderator holds.",
        "true or false",
    )
    moderation_bulk: bool = setting(
        False,  # noqa: FBT003
        "Whether moderators may refuse all that an author has in the queue at once, after a look at it.",
        "true or false",
    )
    reply_photos: bool = setting(
        False,  # noqa: FBT003
        "Whether a reply may have a photo beside its words.",
        "true or false",
    )
    share_in_channels: Literal["no", "posts", "comments"] = setting(
        "no",
        "Whether published replies go to the channels that posted the article, too: as answers to its post, or as "
        "comments in the group where it is discussed, of which the bot is an administrator.",
        "no, posts or comments",
    )
    broadcast_approval_above: int = setting(
        0,
        "How many readers a broadcast may go to on one editor's word; above, a second editor must agree. 0: any "
        "number.",
        "a number, 0 or more",
        ge=0,
    )
    broadcast_paid: bool = setting(
        False,  # noqa: FBT003
        "Whether broadcasts may be sent faster than 30 a second for Telegram Stars, where SEND_RATE says so.",
        "true or false",
    )
    site_name: str = setting("", "What readers know the site by; the first source's title when empty.", "any text")
    site_name_en: str = setting("", "The site's name in English.", "any text")
    site_name_zh: str = setting("", "The site's name in Chinese.", "any text")
    site_name_fr: str = setting("", "The site's name in French.", "any text")
    site_url: str = setting(
        "",
        "The site's address; its own articles may be read whole in Telegram.",
        "an http(s) address",
        pattern=r"^(https?://\S+)?$",
    )
    sources: Annotated[list[str], NoDecode, BeforeValidator(_split)] = setting(
        [], "Feeds that are added at start if they are unknown.", "http(s) addresses, separated by white space"
    )
    controller: str = setting("", "Who answers for the readers' data, as /privacy names him.", "any text")
    privacy_url: str = setting(
        "", "The privacy policy that /privacy links to.", "an http(s) address", pattern=r"^(https?://\S+)?$"
    )
    rules_url: str = setting(
        "", "The rules of discussion that /rules links to.", "an http(s) address", pattern=r"^(https?://\S+)?$"
    )
    default_language: Literal["ar", "en", "zh", "fr"] = setting(
        "ar", "The language for those who speak none of the four.", "ar, en, zh or fr"
    )
    default_timezone: str = setting(
        "Asia/Riyadh", "The time zone of the newsroom.", "a name such as Asia/Riyadh or Africa/Tunis"
    )
    poll_seconds: float = setting(
        300, "The shortest time between two polls of a source; a quiet one is polled up to 12 times more seldom.",
        "seconds, 1 or more", ge=1,
    )  # fmt: skip
    send_rate: float = setting(
        28,
        "Messages a second to all chats together; Telegram allows about 30.",
        "a number from 0.1 to 100000",
        ge=0.1,
        le=100_000,
    )
    web_host: str = setting("127.0.0.1", "Where health, metrics and the webhook listen.", "an address of this machine")
    web_port: int = setting(8080, "Their port; 0 takes a free one and logs it.", "0 to 65535", ge=0, le=65_535)
    public_url: str = setting(
        "",
        "Where Telegram and the hubs of sources reach us; with WEBHOOK_SECRET it turns polling of Telegram off.",
        "an https address",
        pattern=r"^(https?://\S+)?$",
    )
    webhook_secret: SecretStr = setting(
        SecretStr(""), "What Telegram shows at the webhook to prove itself.", "1 to 256 of A-Z a-z 0-9 _ -"
    )
    count_openings: bool = setting(
        False,  # noqa: FBT003
        "Whether 📖 leads through PUBLIC_URL, where is counted how often each article is opened on a day, and nothing "
        "of who opens it.",
        "true or false",
    )
    pseudonym_secret: SecretStr = setting(
        SecretStr(""),
        "What makes pen names of the authors of replies; when empty, it is made at first start in secret.key, beside "
        "a SQLite database or in the working directory. The same for every process, and never another.",
        "16 characters or more",
    )
    backup_dir: str = setting(
        "",
        "Where backups are kept; when empty, in a folder backups beside a SQLite database, or in the working "
        "directory.",
        "a folder that may be written",
    )
    allow_private_sources: bool = setting(False, "Whether sources on private addresses may be read.", "true or false")  # noqa: FBT003
    wordpress_user: str = setting(
        "",
        "Who approved replies become comments of at SITE_URL: a user of that WordPress with the role of an editor.",
        "a user's name",
    )
    wordpress_app_password: SecretStr = setting(
        SecretStr(""),
        "That user's application password, which WordPress makes under Users, Profile; it goes to the site alone.",
        "24 letters and digits, with or without spaces",
    )
    semantic: bool = setting(
        False,  # noqa: FBT003
        "Whether articles that no word tells of are compared with examples by their meaning, and twins are found "
        "across languages; needs the extra qasid[semantic].",
        "true or false",
    )
    rich_messages: bool = setting(
        False,  # noqa: FBT003
        "Whether a long article comes as one rich message where the server knows them (Bot API 10.1); apps older than "
        "June 2026 do not show them.",
        "true or false",
    )
    log_format: Literal["console", "json"] = setting("console", "How log lines look.", "console or json")
    roles: Annotated[list[Role], NoDecode, BeforeValidator(_roles)] = setting(
        list(ROLES), "What this process does.", "all, or some of bot, jobs, web separated by commas", min_length=1
    )

    @field_validator("bot_token")
    @classmethod
    def _check_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a token")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _check_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not SECRET_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not allowed by Telegram")
        return value

    @field_validator("pseudonym_secret")
    @classmethod
    def _check_pseudonym_secret(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value().strip()) < SHORTEST_SECRET:
            raise ValueError("can be guessed")
        return value

    @field_validator("wordpress_app_password")
    @classmethod
    def _check_app_password(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not APP_PASSWORD.fullmatch(value.get_secret_value()):
            raise ValueError("not an application password")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone")
        return value

    @field_validator("sources")
    @classmethod
    def _check_sources(cls, value: list[str]) -> list[str]:
        if any(not source.startswith(("http://", "https://")) for source in value):
            raise ValueError("not an address")
        return value

    @model_validator(mode="after")
    def _check_webhook(self) -> "Settings":
        if bool(self.public_url) != bool(self.webhook_secret.get_secret_value()):
            raise ValueError("PUBLIC_URL and WEBHOOK_SECRET: set both for a webhook, or none of them for polling")
        return self

    @model_validator(mode="after")
    def _check_account(self) -> "Settings":
        given = bool(self.wordpress_user), bool(self.wordpress_app_password.get_secret_value())
        if any(given) and not (all(given) and self.site_url):
            raise ValueError("WORDPRESS_USER and WORDPRESS_APP_PASSWORD: set both, with SITE_URL, or none of them")
        if any(given) and not (self.site_url.startswith("https://") or self.allow_private_sources):
            raise ValueError("SITE_URL: allowed is an https address where WORDPRESS_APP_PASSWORD is set")
        return self

    @property
    def moderation_chat(self) -> tuple[int, int] | None:
        """Where replies are moderated: the group and its forum topic, or 0; None where each moderator is asked."""
        chat, _, thread = self.moderation_chat_id.partition("/")
        return (int(chat), int(thread or 0)) if chat else None

    @property
    def site_account(self) -> tuple[str, str, str]:
        """The site and the name and password by which replies become comments there; nothing where they do not."""
        password = "".join(self.wordpress_app_password.get_secret_value().split())
        return self.site_url.rstrip("/"), self.wordpress_user, password

    @property
    def destinations(self) -> tuple[tuple[str, str], ...]:
        """Where replies are made public, the first above all: kinds of places, each with which one, or all."""
        site, user, _ = self.site_account
        channels: dict[str, tuple[tuple[str, str], ...]]
        channels = {"no": (), "posts": (("channel", ""),), "comments": (("channel", "comments"),)}
        return (("bot", ""), *channels[self.share_in_channels], *([("site", site)] if user else []))

    @property
    def by_webhook(self) -> bool:
        """Whether updates come by webhook."""
        return bool(self.public_url)

    @property
    def secrets(self) -> list[str]:
        """What no line of the log may show, the credentials as they are sent among it."""
        _, user, password = self.site_account
        sent = [b64encode(f"{user}:{password}".encode()).decode(), password] if password else []
        kept = (self.bot_token, self.webhook_secret, self.pseudonym_secret, self.wordpress_app_password)
        return [*(each.get_secret_value() for each in kept), *sent]

    @property
    def bot_id(self) -> int:
        """The bot's own id, which begins its token."""
        return int(self.bot_token.get_secret_value().partition(":")[0] or 0)

    @property
    def site_names(self) -> dict[str, str]:
        """The site's names by language; the one for all others under no language."""
        names = {"": self.site_name, "en": self.site_name_en, "zh": self.site_name_zh, "fr": self.site_name_fr}
        return {language: name for language, name in names.items() if name}


# The variables that nobody else may read.
SECRETS = tuple(name.upper() for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def read_settings(env_file: Path | None = ENV_FILE, **overrides: Any) -> Settings:
    """Read the settings, the environment before the file. Raises SettingsError with a line for each wrong value."""
    try:
        return Settings(_env_file=env_file, **overrides)  # type: ignore[call-arg]  # of pydantic-settings
    except ValidationError as error:
        raise SettingsError("\n".join(sorted({_explain(dict(one)) for one in error.errors()}))) from None


def _explain(error: dict[str, Any]) -> str:
    """Name a variable and what is allowed; its value is not repeated, for it may be a secret."""
    if not error["loc"]:
        return str(error["msg"]).removeprefix("Value error, ")
    name = str(error["loc"][0])
    extra = Settings.model_fields[name].json_schema_extra
    allowed = extra.get("allowed") if isinstance(extra, dict) else ""
    return f"{name.upper()}: allowed is {allowed}"
