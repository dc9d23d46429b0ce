"""Methods about updates: getUpdates, the webhook, and the two that end a server's care for a bot."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.errors import StrictError, bad_request, conflict
from sandbox.spec import Params
from sandbox.webhook import Target, is_loopback
from sandbox.world import Json, World

LONGEST_POLL = 50  # seconds (Client.h, LONG_POLL_MAX_TIMEOUT)
MOST_UPDATES = 100  # of one call
MOST_CONNECTIONS = 100
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def get_updates(world: World, params: Params) -> Coroutine[Any, Any, list[Json]]:
    """Bot API, getUpdates."""
    if world.webhook.target:
        raise conflict(WEBHOOK_ACTIVE)
    world.updates.allow(params.get("allowed_updates"))
    limit = min(max(params.get("limit", MOST_UPDATES), 1), MOST_UPDATES)
    seconds = min(max(params.get("timeout", 0), 0), LONGEST_POLL)
    return world.updates.poll(params.get("offset", 0), limit, seconds)


def set_webhook(world: World, params: Params) -> bool:
    """Bot API, setWebhook. Unlike Telegram, it takes http, and loopback alone."""
    url, secret = params["url"], params.get("secret_token", "")
    if not url:
        return delete_webhook(world, params)
    if not url.startswith(("https://", "http://")) or not is_loopback(url):
        raise StrictError("webhooks are delivered to loopback only")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _drop_pending(world, params)
    world.updates.allow(params.get("allowed_updates"))
    world.updates.interrupt("terminated by setWebhook request")
    connections = min(max(params.get("max_connections", 40), 1), MOST_CONNECTIONS)
    world.webhook.set(Target(url, secret, connections))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Bot API, deleteWebhook."""
    _drop_pending(world, params)
    world.webhook.set(None)
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    """Bot API, getWebhookInfo."""
    return world.webhook.describe()


def stop_serving(_world: World, _params: Params) -> bool:
    """Bot API, logOut and close: agreed to; the sandbox goes on serving the bot."""
    return True


def _drop_pending(world: World, params: Params) -> None:
    if params.get("drop_pending_updates"):
        world.updates.drop_all()


METHODS: dict[str, Callable[[World, Params], object]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": stop_serving,
    "close": stop_serving,
}
