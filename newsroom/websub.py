"""WebSub (www.w3.org/TR/websub): a hub that a source names tells when there is something new.

    named in the feed, or beside it ─▶ new ─ we ask ─▶ asked ─ it has told of something ─▶ live
                                                         ▲                                  │ it denies, or left
                                                         └───────── a day later ── refused ◀┘ something out

A hub is relied on, and its source polled as seldom as may be, from the first time that it tells until a poll finds what
it did not tell of. Nothing of what it pushes is read: its word makes the source due, and there is one way of reading.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from xml.parsers import expat

from newsroom.items import NO_HUB, HubLinks, full_address, said
from newsroom.sources import back_off

LEASE = timedelta(days=10)  # that we ask for
LONGEST_LEASE = timedelta(days=365)  # that we believe
LAST_CALL = timedelta(days=1)  # before the end of a lease, when it is asked for anew
PATIENCE = timedelta(minutes=5)  # with a hub that does not verify, the first time
DISTRUST = timedelta(days=1)  # until a hub is asked again that denied, or left something out
BREATH = timedelta(seconds=2)  # between two polls of a source, however often its hub tells
LEFT_OUT = "a poll found what it had not told of"
METHODS = ("sha1", "sha256", "sha384", "sha512")
LONGEST_REASON = 200  # characters
CHALLENGE = re.compile(r"[\x20-\x7e]{1,1000}")
SECONDS = re.compile(r"[0-9]{1,12}")
LINK = re.compile(r"<([^<>]*)>([^<]*)")  # of a header: the address, and what is said of it
RELATIONS = re.compile(r";\s*rel\s*=\s*\"?([^\",;]*)", re.IGNORECASE)


def find_links(head: bytes, url: str) -> HubLinks:
    """Answer what the beginning of a feed names before its first item; broken XML is read as far as it goes."""
    named: list[tuple[str, str]] = []
    items: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind in {"item", "entry"}:
            items.append(kind)
        elif kind == "link" and not items:
            named.extend((relation, attributes.get("href", "")) for relation in attributes.get("rel", "").split())

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    with suppress(expat.ExpatError):
        parser.Parse(head)
    return choose_links(named, url)


def read_header(header: str, url: str) -> HubLinks:
    """Answer what a Link header names (RFC 8288)."""
    told = [(address, RELATIONS.search(rest)) for address, rest in LINK.findall(header)]
    return choose_links(((one, address) for address, rel in told if rel for one in rel[1].split()), url)


def choose_links(named: Iterable[tuple[str, str]], url: str) -> HubLinks:
    """Choose among addresses, each with its relation: a hub over TLS rather than another, and the first of the rest."""
    full = [(relation.lower(), full_address(url, address.strip())) for relation, address in named]
    hubs, topics = ([address for one, address in full if address and one == wanted] for wanted in ("hub", "self"))
    hubs.sort(key=lambda hub: not hub.startswith("https:"))
    return HubLinks(next(iter(hubs), ""), next(iter(topics), ""))


def name_hub(told: HubLinks, header: str, url: str) -> HubLinks:
    """Answer the hub of a source and its name there, as HTTP says or else the feed; none where either is missing."""
    first = read_header(header, url)
    links = HubLinks(first.hub or told.hub, first.topic or told.topic)
    return links if links.hub and links.topic else NO_HUB


def write_request(callback: str, topic: str, secret: str) -> dict[str, str]:
    """Answer the form that asks a hub to tell."""
    lease = str(int(LEASE.total_seconds()))
    told = {"callback": callback, "mode": "subscribe", "topic": topic, "secret": secret, "lease_seconds": lease}
    return {f"hub.{name}": value for name, value in told.items()}


def ask_again(failures: int, now: datetime) -> datetime:
    """Answer when a hub that is asked now is asked again, unless it verifies; `failures` are times that it did not."""
    return now + back_off(failures, PATIENCE)


@dataclass(frozen=True, slots=True)
class Verified:
    """A hub wants to hear that we asked, and will tell for so long."""

    challenge: str
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Denied:
    """A hub will not tell."""

    reason: str


def read_call(state: str, topic: str, told: Mapping[str, str]) -> Verified | Denied | None:
    """Answer what a hub that calls means by it; None for what we did not ask."""
    mode, challenge = told.get("hub.mode"), told.get("hub.challenge", "")
    if told.get("hub.topic") != topic:
        return None
    if mode == "denied":
        reason = "".join(filter(str.isprintable, " ".join(said(told.get("hub.reason")).split())))
        return Denied(f"it denied: {reason[:LONGEST_REASON] or 'it does not say why'}")
    if mode == "subscribe" and state in {"asked", "live"} and CHALLENGE.fullmatch(challenge):
        return Verified(challenge, _read_lease(told.get("hub.lease_seconds", "")))
    return None


def _read_lease(told: str) -> timedelta:
    """Answer for how long a hub tells; where it does not say, for as long as it was asked to."""
    return min(timedelta(seconds=int(told)), LONGEST_LEASE) if SECONDS.fullmatch(told) else LEASE


def renew_at(lease: timedelta, now: datetime) -> datetime:
    """Answer when a lease that begins now is asked for anew: a day before its end, or at half of a short one."""
    return now + max(lease / 2, lease - LAST_CALL, PATIENCE)


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Tell whether a push is signed with our secret; `signature` is `method=hexadecimal`."""
    method, _, told = signature.strip().partition("=")
    if method.lower() not in METHODS:
        return False
    right = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(right.encode(), told.lower().encode())


def poll_at(polled_at: datetime | None, now: datetime) -> datetime:
    """Answer when a source is polled of which a hub tells now."""
    return max(now, polled_at + BREATH) if polled_at else now


def is_live(state: str, until: datetime | None, now: datetime) -> bool:
    """Tell whether a hub has told of something, and goes on telling."""
    return state == "live" and until is not None and until > now


class Trust(Enum):
    """How far a live hub is relied on after a poll of its source."""

    KEPT = "it tells of what is new"
    OPEN = "it told of what is not there yet, so its source is polled as if it were silent"
    LOST = "it left something out"


def judge(*, asked_for: bool, new: int, changed: int) -> Trust:
    """Weigh a live hub by what a poll found, which it asked for or the clock. A correction need not be told."""
    if asked_for:
        return Trust.KEPT if new or changed else Trust.OPEN
    return Trust.LOST if new else Trust.KEPT
