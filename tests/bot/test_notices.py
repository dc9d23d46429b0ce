"""What authors are told: every outcome in every language, within Telegram's limits, with what they may do then."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from bot.articles import Look
from bot.notices import Told, draw_notice, link_of
from bot.replies import CONSENT, About, comment_link, write_consent, write_proposal
from db.store.pending import Card
from locales import LANGUAGES, texts
from newsroom.notices import HOLDS, still_holds
from newsroom.replies import Notice, Reply, State
from newsroom.taxonomy import shipped_taxonomy
from sandbox.markup import parse_html
from tests.bot.test_articles import article

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
LOOK = Look(shipped_taxonomy(), "Asia/Riyadh", "site.example", "sample_bot")
REPLY = Reply("abcdefghjkmn", State.PENDING, 3, NOW, "key", 12)
CARD = Card(REPLY, "نص <الرد>", "", 4821, 0, "ar", None, [], 0.0, "", "", [])
STATES = {
    Notice.RECEIVED: State.SUBMITTED,
    Notice.PROPOSED: State.PENDING,
    Notice.RETURNED: State.RETURNED,
    Notice.REJECTED: State.REJECTED,
    Notice.PUBLISHED: State.PUBLISHED,
    Notice.WAITING: State.PENDING,
    Notice.EXPIRED: State.EXPIRED,
    Notice.REMOVED: State.REMOVED,
}
WAYS = {
    Notice.RECEIVED: "✏️🧹",
    Notice.PROPOSED: "✅🧹",
    Notice.RETURNED: "✏️🧹",
    Notice.REJECTED: "⚖️",
    Notice.PUBLISHED: "🧹",
    Notice.WAITING: "✏️🧹",
    Notice.EXPIRED: "🔁",
    Notice.REMOVED: "",
}


def told(what: Notice) -> Told:
    proposed = 2 if what is Notice.PROPOSED else None
    public = 1 if what is Notice.PUBLISHED else None
    reply = replace(REPLY, state=STATES[what], proposed_revision=proposed, public_revision=public)
    card = replace(CARD, reply=reply, proposed="نص الرد" if proposed else "")
    return Told(what, card, article(), About("قمة <في> دوشنبه", "insult", "ملاحظة <المشرف>"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", Notice)
def test_every_outcome_is_told_in_every_language_with_what_can_be_done(what: Notice, language: str) -> None:
    text, keyboard = draw_notice(texts(language), told(what))
    shown, _ = parse_html(text)
    assert "قمة <في> دوشنبه" in shown
    marks = "".join(button.text.split()[0] for row in keyboard.inline_keyboard for button in row) if keyboard else ""
    assert marks == WAYS[what]
    if what in {Notice.RETURNED, Notice.REJECTED, Notice.REMOVED}:
        assert texts(language).plain("reason.insult") in shown
        assert "ملاحظة <المشرف>" in shown


@pytest.mark.parametrize("what", Notice)
def test_a_notice_holds_in_the_state_that_it_tells_of_and_not_when_all_is_erased(what: Notice) -> None:
    assert still_holds(what, told(what).card.reply)
    assert not still_holds(what, replace(REPLY, state=State.ERASED, author_key=None))
    assert set(HOLDS) == set(Notice)


def test_long_wordings_are_shown_alone_and_fit() -> None:
    long = replace(CARD, text="كلمة " * 399, proposed="غيرها " * 333)
    shown, _ = parse_html(write_proposal(long))
    assert shown.strip() == ("غيرها " * 333).strip()
    assert "<s>" in write_proposal(replace(CARD, proposed="نص آخر"))


def test_the_consent_names_each_place_once_and_links_the_rules() -> None:
    places = [("bot", ""), ("channel", "-1001"), ("channel", "-1002"), ("site", "https://site.example")]
    text = write_consent(texts("ar"), places, "https://site.example/rules?a=1&b=2")
    shown, _ = parse_html(text)
    assert "هذا البوت، القناة، الموقع" in shown
    assert 'href="https://site.example/rules?a=1&amp;b=2"' in text


def test_another_consent_is_another_version() -> None:
    """Whoever changes what is agreed to counts `CONSENT` up, and says here by which texts."""
    keys = ("reply.consent", "reply.rules.command", "reply.rules.link", *(f"reply.place.{kind}" for kind in PLACES))
    said = "\n".join(texts(language).plain(key, **SAID) for language in LANGUAGES for key in keys)
    assert {CONSENT: sha256(said.encode()).hexdigest()[:12]} == {"1": "c731b71bb03d"}


PLACES = ("bot", "channel", "site")
SAID = {"places": "", "rules": "", "url": ""}


def test_a_post_in_a_channel_has_an_address() -> None:
    class Place:
        target, message_id = "-1001234", 7

    assert link_of(Place) == "https://t.me/c/1234/7"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_a_comment_of_the_site_leads_there(language: str) -> None:
    there = replace(told(Notice.PUBLISHED), comment=comment_link("https://site.example/?p=4&x=1", 7))
    text, _ = draw_notice(texts(language), there)
    _, entities = parse_html(text)
    assert "https://site.example/?p=4&x=1#comment-7" in [one.fields.get("url") for one in entities]
    assert comment_link("http://localhost/4/", 7) == ""  # Telegram would refuse the message
