"""The answers of the sandbox with `ok: false`.

Whatever refuses a call raises ApiError, and `api.py` turns it into Telegram's envelope. Descriptions are Telegram's own
wherever it has one (tdlib/telegram-bot-api, Client.cpp); what the sandbox alone refuses is a StrictError.
"""


class ApiError(Exception):
    """A refusal: HTTP status, description and, for 429 and migrations, parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class StrictError(ApiError):
    """What Telegram would mend in silence, or the sandbox does not model: refused, and noted in `Sandbox.problems`."""

    def __init__(self, what: str, status: int = 400) -> None:
        super().__init__(status, f"Bad Request: sandbox: {what}")


def bad_request(what: str) -> ApiError:
    """Make the 400 that says `what`."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """Make the 403 that says `what`."""
    return ApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> ApiError:
    """Make the 409 that says `what`."""
    return ApiError(409, f"Conflict: {what}")


def too_many_requests(seconds: int) -> ApiError:
    """Make the 429 that asks to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
