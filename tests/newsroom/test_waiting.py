"""What falls due in the life of a reply by itself, and when somebody may send the next."""

from datetime import timedelta

import pytest

from newsroom.replies import Action, State, Who
from newsroom.waiting import LASTS, LIMITS, NUDGES, Nudge, decide_step, due_at, next_allowed, nudge
from tests.newsroom.test_replies import DAY, NOW, actor, done, make_reply, refused


def test_while_it_waits_moderators_are_reminded_then_leads_then_its_author_is_told_then_it_expires() -> None:
    reply = make_reply(due_at=NOW + NUDGES[0][0])
    seen = []
    for after, expected in NUDGES:
        assert decide_step(reply, NOW + after - timedelta(seconds=1)) is None
        assert reply.due_at == NOW + after
        seen.append(decide_step(reply, NOW + after))
        assert seen[-1] is expected
        reply = nudge(reply, NOW + after)
    assert seen == [Nudge.REMIND, Nudge.ESCALATE, Nudge.TELL]
    assert (reply.due_at, decide_step(reply, NOW + 7 * DAY)) == (NOW + 7 * DAY, Action.EXPIRE)


def test_moderators_are_not_reminded_of_what_waits_for_its_authors_word_and_it_expires() -> None:
    proposed = make_reply(proposed_revision=2, revisions=2)
    assert [decide_step(proposed, NOW + after) for after, _ in NUDGES] == [None] * len(NUDGES)
    assert due_at(proposed, NOW) == NOW + 7 * DAY
    assert decide_step(proposed, NOW + 7 * DAY) is Action.EXPIRE


def test_nothing_expires_under_a_living_claim() -> None:
    end = NOW + 7 * DAY
    held = make_reply(claimed_by="11", claimed_until=end + timedelta(minutes=1), nudges=len(NUDGES))
    assert decide_step(held, end) is None
    assert due_at(held, end) == held.claimed_until
    assert refused(held, Action.EXPIRE, actor(Who.CLOCK), now=end) == "replies.not_now"
    assert decide_step(held, end + timedelta(minutes=1)) is Action.EXPIRE


@pytest.mark.parametrize("state", LASTS)
def test_what_ends_a_state_may_end_it_at_that_moment_and_not_before(state: State) -> None:
    reply = make_reply(state, nudges=len(NUDGES))
    span, action = LASTS[state]
    who = actor(Who.WORKER if action is Action.START else Who.CLOCK)
    assert refused(reply, action, who, now=NOW + span - timedelta(seconds=1)) == "replies.not_now"
    assert done(reply, action, who, now=NOW + span).state is not state


def test_the_next_reply_is_allowed_when_every_limit_allows_it() -> None:
    assert next_allowed([], NOW) == NOW
    for most, span in LIMITS:
        sent = [NOW - timedelta(microseconds=number) for number in range(most)]
        assert next_allowed(sent, NOW) >= min(sent) + span
    assert next_allowed([NOW - timedelta(seconds=30)], NOW) == NOW
    assert next_allowed([NOW - timedelta(minutes=number) for number in range(1, 6)], NOW) == NOW + timedelta(minutes=55)
