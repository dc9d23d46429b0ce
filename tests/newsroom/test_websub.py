"""Hubs: where a source names one, what it may say to us, and how far it is relied on."""

import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.items import NO_HUB, HubLinks
from newsroom.reading import read_feed
from newsroom.websub import (
    BREATH,
    LEASE,
    LONGEST_LEASE,
    METHODS,
    Denied,
    Trust,
    Verified,
    ask_again,
    find_links,
    is_live,
    is_signed,
    judge,
    name_hub,
    poll_at,
    read_call,
    read_header,
    renew_at,
    write_request,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"
HUB, SELF = "https://hub.example/", "https://samples.example/feed/"
BOTH = HubLinks(HUB, SELF)
ODD = "https://x.example/?a=1&b=2"
ATOM = "xmlns:atom='http://www.w3.org/2005/Atom'"
NAMED = f"<atom:link rel='hub' href='{HUB}'/><atom:link rel='self' href='{SELF}'/>"
ITEM = "<item><guid>1</guid><title>خبر</title></item>"


def rss(head: str = NAMED, items: str = ITEM) -> bytes:
    return f"<rss version='2.0' {ATOM}><channel><title>x</title>{head}{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("document", "links"),
    [
        (rss(), BOTH),
        (b"<?xml version='1.0' encoding='UTF-8'?>" + rss(), BOTH),
        (rss().replace(b"atom:", b"atom10:").replace(b"xmlns:atom=", b"xmlns:atom10="), BOTH),
        (rss(f"<atom:link rel='HUB self' href='{ODD.replace('&', '&amp;')}'/>"), HubLinks(ODD, ODD)),
        (rss("<atom:link rel='hub' href='http://a.example/'/>" + NAMED), BOTH),
        (rss("<atom:link rel='hub' href='?h'/><atom:link rel='self' href='?f'/>"), HubLinks(f"{URL}?h", f"{URL}?f")),
        (rss("", ITEM.replace("<title>", f"{NAMED}<title>")), NO_HUB),
        (rss("", ITEM + NAMED), NO_HUB),
        (rss(f"<!-- {NAMED} --><link>https://samples.example/</link>"), NO_HUB),
        (rss("<atom:link rel='hub' href='file:///etc/passwd'/><atom:link rel='self'/>"), NO_HUB),
        (rss(f"<undeclared:x/>{NAMED}"), NO_HUB),
        (rss(f"{NAMED}<undeclared:x/>"), BOTH),
    ],
)  # fmt: skip
def test_a_feed_names_its_hub_before_its_first_item(document: bytes, links: HubLinks) -> None:
    assert read_feed(document, URL, now=NOW).links == links


def test_atom_names_its_hub() -> None:
    named = f"<link rel='hub' href='{HUB}'/><link rel='self' href='{SELF}'/><link href='https://samples.example/'/>"
    entry = "<entry><id>1</id><title>خبر</title><link rel='self' href='https://samples.example/1'/></entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{named}{entry}</feed>"
    assert read_feed(feed.encode(), URL, now=NOW).links == BOTH
    assert read_feed(feed.replace(named, "").encode(), URL, now=NOW).links == NO_HUB


@pytest.mark.parametrize(
    ("hubs", "links"),
    [
        (f'[{{"type": "rssCloud", "url": "{ODD}"}}, {{"type": "WebSub", "url": "{HUB}"}}]', BOTH),
        ('[{"type": "WebSub"}, 7, null]', HubLinks("", SELF)),
        ('"https://hub.example/"', HubLinks("", SELF)),
    ],
)  # fmt: skip
def test_a_json_feed_names_its_hub(hubs: str, links: HubLinks) -> None:
    told = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [], "feed_url": "{SELF}", "hubs": {hubs}}}'
    assert read_feed(told.encode(), URL, now=NOW).links == links


@pytest.mark.parametrize(
    ("header", "links"),
    [
        (f'<{HUB}>; rel="hub", <{SELF}>; rel="self"', BOTH),
        (f"<{HUB}>;rel=hub,<{SELF}>;rel=self", BOTH),
        (f'<{SELF}>; type="text/xml"; rel="alternate SELF", < {HUB} >; REL = "hub"; title="a, b"', BOTH),
        ('</hub>; rel="hub", <>; rel=""', HubLinks("https://samples.example/hub")),
        ('<https://samples.example/wp-json/>; rel="https://api.w.org/"', NO_HUB),
        ("<" * 4000 + ";" * 4000, NO_HUB),
        ("", NO_HUB),
    ],
)
def test_http_names_a_hub(header: str, links: HubLinks) -> None:
    assert read_header(header, URL) == links


def test_http_goes_before_the_feed_and_both_are_needed() -> None:
    other = HubLinks("https://other.example/", "https://other.example/feed")
    assert name_hub(other, f'<{HUB}>; rel="hub", <{SELF}>; rel="self"', URL) == BOTH
    assert name_hub(other, f'<{HUB}>; rel="hub"', URL) == HubLinks(HUB, other.topic)
    assert name_hub(HubLinks("", SELF), f'<{HUB}>; rel="hub"', URL) == BOTH
    assert name_hub(HubLinks(HUB, ""), "", URL) == NO_HUB
    assert name_hub(HubLinks("", SELF), "", URL) == NO_HUB


@given(st.binary(max_size=300))
def test_whatever_a_document_begins_with_is_no_fault(head: bytes) -> None:
    find_links(head, URL)
    find_links(b"<rss>" + head, URL)


@given(st.text(max_size=300))
def test_whatever_a_header_says_is_no_fault(header: str) -> None:
    read_header(f"<{header}", URL)


def test_a_request_says_what_a_hub_must_know() -> None:
    assert write_request("https://bot.example/websub/t", SELF, "s") == {
        "hub.callback": "https://bot.example/websub/t",
        "hub.mode": "subscribe",
        "hub.topic": SELF,
        "hub.secret": "s",
        "hub.lease_seconds": "864000",
    }


def call(**others: str) -> dict[str, str]:
    told = {"mode": "subscribe", "topic": SELF, "challenge": "c", "lease_seconds": "864000"} | others
    return {f"hub.{name}": value for name, value in told.items()}


@pytest.mark.parametrize(
    ("state", "told", "meant"),
    [
        ("asked", call(), Verified("c", timedelta(days=10))),
        ("live", call(lease_seconds="60"), Verified("c", timedelta(minutes=1))),
        ("asked", call(lease_seconds=""), Verified("c", LEASE)),
        ("asked", call(lease_seconds="-5"), Verified("c", LEASE)),
        ("asked", call(lease_seconds="٣٠"), Verified("c", LEASE)),
        ("asked", call(lease_seconds="9" * 12), Verified("c", LONGEST_LEASE)),
        ("asked", call(lease_seconds="9" * 5000), Verified("c", LEASE)),
        ("asked", call(topic="https://samples.example/feed"), None),
        ("new", call(), None),
        ("refused", call(), None),
        ("asked", call(mode="unsubscribe"), None),
        ("asked", call(challenge=""), None),
        ("asked", call(challenge="x" * 1001), None),
        ("asked", call(challenge="\x00\x01"), None),
        ("asked", {}, None),
        ("live", call(mode="denied", reason="no\n\x1b[31m more"), Denied("it denied: no [31m more")),
        ("asked", call(mode="denied"), Denied("it denied: it does not say why")),
        ("asked", call(mode="denied", topic="x"), None),
    ],
)
def test_what_a_hub_may_call_for(state: str, told: dict[str, str], meant: Verified | Denied | None) -> None:
    assert read_call(state, SELF, told) == meant


@given(st.text(), st.binary(), st.sampled_from(METHODS), st.binary(), st.text())
def test_only_who_knows_the_secret_can_sign(secret: str, body: bytes, method: str, other: bytes, noise: str) -> None:
    right = hmac.new(secret.encode(), body, method).hexdigest()
    assert is_signed(secret, f"{method}={right}", body)
    assert is_signed(secret, f" {method.upper()}={right.upper()} ", body)
    assert is_signed(secret, f"{method}={right}", other) is (other == body)
    assert not is_signed(f"{secret}x", f"{method}={right}", body)
    assert not is_signed(secret, noise, body)
    assert not is_signed(secret, f"{method}={noise}", body)
    assert not is_signed(secret, f"md5={hmac.new(secret.encode(), body, 'md5').hexdigest()}", body)


@pytest.mark.parametrize(
    ("lease", "wait"),
    [
        (timedelta(days=10), timedelta(days=9)),
        (timedelta(days=1), timedelta(hours=12)),
        (timedelta(hours=1), timedelta(minutes=30)),
        (timedelta(0), timedelta(minutes=5)),
    ],
)
def test_a_lease_is_renewed_before_its_end_and_never_without_a_pause(lease: timedelta, wait: timedelta) -> None:
    assert renew_at(lease, NOW) == NOW + wait


def test_a_hub_that_does_not_verify_is_asked_ever_more_seldom() -> None:
    waits = [(ask_again(failures, NOW) - NOW) / timedelta(minutes=1) for failures in (0, 1, 2, 50)]
    assert waits == [5, 10, 20, 24 * 60]


def test_a_source_is_polled_when_a_hub_tells_but_not_all_the_time() -> None:
    assert poll_at(None, NOW) == NOW
    assert poll_at(NOW - timedelta(hours=1), NOW) == NOW
    assert poll_at(NOW - BREATH / 2, NOW) == NOW + BREATH / 2


@pytest.mark.parametrize(
    ("state", "until", "live"),
    [
        ("live", NOW + timedelta(days=1), True),
        ("live", NOW, False),
        ("live", None, False),
        ("asked", NOW + timedelta(days=1), False),
        ("refused", NOW + timedelta(days=1), False),
    ],
)
def test_a_hub_is_live_that_has_told_and_still_does(state: str, until: datetime | None, *, live: bool) -> None:
    assert is_live(state, until, NOW) is live


@pytest.mark.parametrize(
    ("asked_for", "new", "changed", "trust"),
    [
        (True, 1, 0, Trust.KEPT),
        (True, 0, 1, Trust.KEPT),
        (True, 0, 0, Trust.OPEN),
        (False, 0, 0, Trust.KEPT),
        (False, 0, 1, Trust.KEPT),
        (False, 1, 0, Trust.LOST),
    ],
)
def test_a_hub_is_relied_on_as_long_as_it_tells_of_what_is_new(
    *, asked_for: bool, new: int, changed: int, trust: Trust
) -> None:
    assert judge(asked_for=asked_for, new=new, changed=changed) is trust
