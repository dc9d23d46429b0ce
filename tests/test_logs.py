"""Logs: one stream, and no secret in it, whoever wrote the line."""

import json
import logging

import pytest
import structlog

from logs import set_up_logging, strike

TOKEN = "1234567:canary-canary-canary-canary-canar"
SECRET = "webhook-canary"


@pytest.fixture(autouse=True)
def as_before() -> object:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_no_secret_is_in_any_line(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(log_format, [TOKEN, SECRET])
    log = structlog.get_logger("ours")
    log.info("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe", header=SECRET)
    logging.getLogger("library").warning("POST /bot%s/sendMessage", TOKEN)
    try:
        int(f"/bot{TOKEN}/")
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("failed")
    printed = capsys.readouterr().err
    assert printed.count("failed") >= 2
    assert "canary" not in printed


def test_any_bots_token_is_struck_out() -> None:
    assert strike("bot7654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", []) == "bot***"


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_the_values_of_a_row_that_postgresql_refuses_are_struck_out(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format)
    refused = RuntimeError("duplicate key value\nDETAIL:  Key (phrase)=(canary «x») already exists.\nmore")
    structlog.get_logger("ours").error("failed", exc_info=refused)
    printed = capsys.readouterr().err
    assert "duplicate key value" in printed
    assert "more" in printed
    assert "canary" not in printed


def test_json_lines_are_json_with_arabic_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    structlog.get_logger("ours").info("source read", title="موقع النماذج", new=3)
    line = capsys.readouterr().err.strip()
    assert "موقع" in line
    told = json.loads(line)
    assert (told["event"], told["new"], told["level"], told["logger"]) == ("source read", 3, "info", "ours")
