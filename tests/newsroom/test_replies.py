"""Replies: every action in every state by everybody, the guards one by one, and what becomes of the reply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from newsroom.errors import Refusal
from newsroom.guards import GUARDS, Circumstances, check_text
from newsroom.moderation import EFFECTS, Change, decide
from newsroom.replies import (
    CLAIM_FOR,
    GRACE,
    LONGEST,
    QUEUE,
    Action,
    Actor,
    Code,
    Consent,
    Deed,
    Notice,
    Reply,
    State,
    Who,
)
from newsroom.transitions import TRANSITIONS
from newsroom.waiting import LASTS, due_at, ends_at

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)
AUTHOR, STRANGER = Actor(Who.AUTHOR, "author", "key-of-author"), Actor(Who.AUTHOR, "author", "key-of-another")
AMAL, BADR = Actor(Who.MODERATOR, "11", "key-of-amal"), Actor(Who.MODERATOR, "12", "key-of-badr")
LEAD = Actor(Who.LEAD, "13", "key-of-lead")
ACTORS = {Who.AUTHOR: AUTHOR, Who.MODERATOR: AMAL, Who.LEAD: LEAD}
ALONE = Circumstances()


def actor(who: Who) -> Actor:
    return ACTORS.get(who) or Actor(who, str(who))


def make_reply(state: State = State.PENDING, **facts: Any) -> Reply:
    told = {"author_key": None if state is State.ERASED else "key-of-author", "since": NOW, "version": 3}
    told |= {"public_revision": 1} if state is State.PUBLISHED else {}
    return Reply("abc", state, article_id=1, **told | facts)


def deed(action: Action, **facts: Any) -> Deed:
    whole: dict[str, Any] = {"text": "نص آخر", "code": Code.INSULT, "consent": Consent("1", (("bot", ""),))}
    return Deed(action, **whole | facts)


def done(reply: Reply, action: Action, who: Actor = AMAL, around: Circumstances = ALONE, **facts: Any) -> Reply:
    """Answer the reply after a deed that may be done."""
    return change(reply, action, who, around, **facts).after


def change(reply: Reply, action: Action, who: Actor = AMAL, around: Circumstances = ALONE, **facts: Any) -> Change:
    now = facts.pop("now", NOW)
    decided = decide(reply, deed(action, **facts), who, around, now)
    assert isinstance(decided, Change), decided
    return decided


def refused(reply: Reply, action: Action, who: Actor = AMAL, around: Circumstances = ALONE, **facts: Any) -> str:
    """Answer the key of the text that says why a deed may not be done."""
    now = facts.pop("now", NOW)
    decided = decide(reply, deed(action, **facts), who, around, now)
    assert isinstance(decided, Refusal), decided
    return decided.key


def ready(action: Action, state: State, who: Who) -> tuple[Reply, datetime]:
    """Answer a reply with which all guards of an action hold, and when."""
    reply = make_reply(state)
    if action in {Action.RELEASE, Action.PROPOSE}:
        reply = replace(reply, claimed_by=actor(who).name, claimed_until=NOW + CLAIM_FOR)
    if action in {Action.ACCEPT, Action.DECLINE}:
        reply = replace(reply, proposed_revision=2, revisions=2)
    if action is Action.UNDO:
        reply = replace(reply, decided_by=actor(who).name)
    if action in {Action.REMOVE, Action.HIDE}:
        reply = replace(reply, public_revision=1)
    is_machine = who in {Who.CLOCK, Who.WORKER} and "due" in TRANSITIONS[action].guards
    return reply, (ends_at(reply) or NOW) if is_machine else NOW


@pytest.mark.parametrize("action", TRANSITIONS)
def test_every_action_in_every_state_by_everybody(action: Action) -> None:
    for state, who in product(State, Who):
        line, (reply, now) = TRANSITIONS[action], ready(action, state, who)
        votes = frozenset({"12"}) if action is Action.ACCEPT else frozenset[str]()
        decided = decide(reply, deed(action), actor(who), Circumstances(votes), now)
        told = decided.key if isinstance(decided, Refusal) else ""
        if who not in line.whose:
            assert told == "replies.not_allowed"
        elif state not in line.froms:
            assert told == "replies.not_now"
        elif who is Who.CLOCK and (state not in LASTS or LASTS[state][1] is not action):
            assert told == "replies.not_now"  # the clock ends nothing that lasts, nor otherwise than is said
        else:
            assert isinstance(decided, Change), (state, who)
            assert decided.after.version == reply.version + line.counts
            assert decided.after.due_at == due_at(decided.after, now)
            assert decided.tells is line.tells


# As they are said in the design, one by one: the state, who does what, and where it leads.
SAID = [
    (State.DRAFT, AUTHOR, Action.SUBMIT, State.SUBMITTED),
    (State.DRAFT, AUTHOR, Action.DROP, State.ERASED),
    (State.DRAFT, AUTHOR, Action.REVISE, State.DRAFT),
    (State.SUBMITTED, actor(Who.SCREEN), Action.QUARANTINE, State.QUARANTINED),
    (State.SUBMITTED, actor(Who.SCREEN), Action.PASS, State.PENDING),
    (State.PENDING, AMAL, Action.CLAIM, State.PENDING),
    (State.PENDING, LEAD, Action.STEAL, State.PENDING),
    (State.PENDING, AMAL, Action.APPROVE, State.APPROVED),
    (State.PENDING, AMAL, Action.RETURN, State.RETURNED),
    (State.PENDING, AMAL, Action.REJECT, State.REJECTED),
    (State.PENDING, AMAL, Action.SPAM, State.SPAM),
    (State.PENDING, AMAL, Action.QUARANTINE, State.QUARANTINED),
    (State.QUARANTINED, AMAL, Action.SPAM, State.SPAM),
    (State.QUARANTINED, AMAL, Action.RESTORE, State.PENDING),
    (State.SPAM, AMAL, Action.RESTORE, State.PENDING),
    (State.RETURNED, AUTHOR, Action.REVISE, State.SUBMITTED),
    (State.APPROVED, AUTHOR, Action.REVISE, State.SUBMITTED),
    (State.PUBLISHED, AUTHOR, Action.REVISE, State.SUBMITTED),
    (State.PUBLISHING, actor(Who.WORKER), Action.PUBLISH, State.PUBLISHED),
    (State.PUBLISHING, actor(Who.WORKER), Action.FAIL, State.FAILED),
    (State.FAILED, AMAL, Action.RETRY, State.APPROVED),
    (State.FAILED, AMAL, Action.REJECT, State.REJECTED),
    (State.REJECTED, AUTHOR, Action.APPEAL, State.APPEALED),
    (State.APPEALED, BADR, Action.APPROVE, State.APPROVED),
    (State.APPEALED, BADR, Action.REJECT, State.REJECTED),
    *((state, AUTHOR, Action.WITHDRAW, State.WITHDRAWN) for state in (*sorted(QUEUE), State.SUBMITTED, State.RETURNED)),
    (State.QUARANTINED, AUTHOR, Action.WITHDRAW, State.WITHDRAWN),
    (State.APPROVED, AUTHOR, Action.WITHDRAW, State.WITHDRAWN),
    (State.PUBLISHING, AUTHOR, Action.WITHDRAW, State.REMOVING),
    (State.PUBLISHED, actor(Who.SCREEN), Action.HIDE, State.PENDING),
    (State.REMOVING, actor(Who.WORKER), Action.CLEAR, State.REMOVED),
    (State.EXPIRED, AMAL, Action.REOPEN, State.PENDING),
    (State.EXPIRED, AUTHOR, Action.REOPEN, State.PENDING),
    *((state, AUTHOR, Action.ERASE, State.ERASED) for state in State if state is not State.ERASED),
]


@pytest.mark.parametrize(("state", "who", "action", "to"), SAID)
def test_a_deed_leads_where_the_design_says(state: State, who: Actor, action: Action, to: State) -> None:
    assert done(make_reply(state), action, who).state is to


def test_every_guard_that_is_named_exists_and_every_one_is_named() -> None:
    assert {name for line in TRANSITIONS.values() for name in line.guards} == set(GUARDS)
    assert set(EFFECTS) <= set(TRANSITIONS)
    assert set(Action) - set(TRANSITIONS) == {Action.DRAFT}


@pytest.mark.parametrize("action", [action for action, line in TRANSITIONS.items() if "own" in line.guards])
def test_nobody_acts_as_the_author_of_anothers_reply(action: Action) -> None:
    for state in TRANSITIONS[action].froms:
        reply, _ = ready(action, state, Who.AUTHOR)
        assert refused(reply, action, STRANGER) == "replies.not_yours"
        assert refused(reply, action, replace(STRANGER, key="")) == "replies.not_yours"


@pytest.mark.parametrize("action", [action for action, line in TRANSITIONS.items() if "stranger" in line.guards])
def test_nobody_decides_on_a_reply_of_ones_own(action: Action) -> None:
    for who, state in product({Who.MODERATOR, Who.LEAD} & TRANSITIONS[action].whose, TRANSITIONS[action].froms):
        reply, _ = ready(action, state, who)
        assert refused(reply, action, replace(actor(who), key="key-of-author")) == "replies.own"
        assert refused(reply, action, replace(actor(who), key="")) == "replies.own"


def test_a_claim_keeps_others_from_deciding_until_it_ends() -> None:
    held = done(make_reply(), Action.CLAIM)
    assert (held.claimed_by, held.claimed_until, held.version) == ("11", NOW + CLAIM_FOR, 3)
    for action in (Action.APPROVE, Action.REJECT, Action.RETURN, Action.SPAM, Action.CLAIM):
        assert refused(held, action, BADR) == "replies.held"
        done(held, action, BADR, now=NOW + CLAIM_FOR)
        done(held, action, AMAL)
    assert done(held, Action.RELEASE).claimed_by is None
    assert refused(held, Action.RELEASE, BADR) == "replies.not_held"


def test_a_lead_takes_a_claim_over_and_a_moderator_does_not() -> None:
    held = done(make_reply(), Action.CLAIM)
    assert done(held, Action.STEAL, LEAD).claimed_by == "13"
    assert refused(held, Action.STEAL, BADR) == "replies.not_allowed"


def test_votes_decide_with_the_quorum_and_count_once() -> None:
    two = Circumstances(quorum=2)
    first = done(make_reply(), Action.APPROVE, AMAL, two)
    assert (first.state, first.version, first.decided_by) == (State.PENDING, 4, None)
    voted = replace(two, votes=frozenset({"11"}))
    assert refused(first, Action.APPROVE, AMAL, voted) == "replies.voted"
    second = done(first, Action.APPROVE, BADR, voted)
    assert (second.state, second.decided_by) == (State.APPROVED, "12")


def test_a_proposal_is_published_only_when_its_author_accepts_it() -> None:
    held = done(make_reply(), Action.CLAIM)
    proposed = done(held, Action.PROPOSE, text="نص منقّح")
    assert (proposed.state, proposed.revision, proposed.proposed_revision) == (State.PENDING, 1, 2)
    assert proposed.claimed_by is None
    mine = Circumstances(votes=frozenset({"11"}))
    accepted = done(proposed, Action.ACCEPT, AUTHOR, mine)
    assert (accepted.state, accepted.revision, accepted.proposed_revision) == (State.APPROVED, 2, None)
    assert accepted.decided_by == "11"
    declined = done(proposed, Action.DECLINE, AUTHOR)
    assert (declined.state, declined.revision, declined.proposed_revision) == (State.PENDING, 1, None)


def test_what_a_moderator_proposed_stands_under_the_quorum_too() -> None:
    proposed = make_reply(proposed_revision=2, revisions=2)
    accepted = done(proposed, Action.ACCEPT, AUTHOR, Circumstances(frozenset({"11"}), quorum=2))
    assert (accepted.state, accepted.revision) == (State.PENDING, 2)


def test_a_proposal_needs_a_claim_and_a_text() -> None:
    assert refused(make_reply(), Action.PROPOSE) == "replies.not_held"
    held = done(make_reply(), Action.CLAIM)
    assert refused(held, Action.PROPOSE, text="  a ") == "replies.too_short"
    assert refused(held, Action.PROPOSE, text="ا" * (LONGEST + 1)) == "replies.too_long"


def test_a_proposal_is_void_when_something_else_is_decided() -> None:
    proposed = make_reply(proposed_revision=2, revisions=2)
    for action in (Action.APPROVE, Action.REJECT, Action.RETURN):
        assert done(proposed, action).proposed_revision is None
    revised = done(proposed, Action.REVISE, AUTHOR)
    assert (revised.revision, revised.revisions, revised.proposed_revision) == (3, 3, None)


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT])
def test_what_is_not_taken_has_a_reason_of_the_list(action: Action) -> None:
    assert refused(make_reply(), action, code=None) == "replies.reason_needed"
    assert refused(make_reply(), action, note="x" * 501) == "replies.note_too_long"


def test_an_appeal_comes_once_in_a_week_and_goes_to_somebody_else() -> None:
    rejected = done(make_reply(), Action.REJECT)
    assert refused(rejected, Action.APPEAL, AUTHOR, now=NOW + 8 * DAY) == "replies.appeal_over"
    appealed = done(rejected, Action.APPEAL, AUTHOR, now=NOW + 7 * DAY)
    two = Circumstances(moderators=2)
    for action in (Action.APPROVE, Action.REJECT, Action.CLAIM, Action.RETURN, Action.SPAM):
        assert refused(appealed, action, AMAL, two) == "replies.another"
        done(appealed, action, BADR, two)
    assert done(appealed, Action.APPROVE, AMAL, Circumstances(moderators=1)).state is State.APPROVED
    again = done(appealed, Action.REJECT, BADR, two)
    assert refused(again, Action.APPEAL, AUTHOR) == "replies.appealed"


def test_an_appeal_stays_with_others_when_an_approval_is_undone() -> None:
    appealed = done(done(make_reply(), Action.REJECT), Action.APPEAL, AUTHOR)
    two = Circumstances(moderators=2)
    undone = done(done(appealed, Action.APPROVE, BADR, two), Action.UNDO, BADR, two)
    assert refused(undone, Action.REJECT, AMAL, two) == "replies.another"


def test_an_approval_is_undone_by_who_decided_or_a_lead_until_the_grace_is_over() -> None:
    approved = done(make_reply(), Action.APPROVE)
    assert refused(approved, Action.UNDO, BADR) == "replies.not_decider"
    assert done(approved, Action.UNDO, AMAL).decided_by is None
    assert done(approved, Action.UNDO, LEAD).state is State.PENDING
    assert refused(approved, Action.UNDO, AMAL, now=NOW + GRACE) == "replies.undo_over"


def test_nothing_goes_out_before_the_grace_is_over() -> None:
    approved = done(make_reply(), Action.APPROVE)
    worker = actor(Who.WORKER)
    assert refused(approved, Action.START, worker, now=NOW + GRACE - timedelta(seconds=1)) == "replies.not_now"
    started = done(approved, Action.START, worker, now=NOW + GRACE)
    assert refused(started, Action.UNDO, AMAL, now=NOW + GRACE) == "replies.not_now"


PUBLIC = make_reply(State.PUBLISHED, public_revision=1, published_at=NOW)


def test_an_edit_of_a_public_reply_leaves_the_old_text_public() -> None:
    revised = done(PUBLIC, Action.REVISE, AUTHOR)
    assert (revised.state, revised.revision, revised.public_revision) == (State.SUBMITTED, 2, 1)
    pending = done(revised, Action.PASS, actor(Who.SCREEN))
    for action in (Action.REJECT, Action.SPAM):
        assert (done(pending, action).state, done(pending, action).public_revision) == (State.PUBLISHED, 1)
    late = done(pending, Action.EXPIRE, actor(Who.CLOCK), now=NOW + 7 * DAY)
    assert (late.state, late.public_revision) == (State.PUBLISHED, 1)
    started = replace(done(pending, Action.APPROVE), state=State.PUBLISHING)
    assert done(started, Action.PUBLISH, actor(Who.WORKER)).public_revision == 2


@pytest.mark.parametrize("state", [State.PUBLISHED, State.PENDING, State.RETURNED, State.APPROVED, State.FAILED])
def test_what_is_public_is_taken_back_when_its_author_withdraws_it(state: State) -> None:
    removing = done(replace(PUBLIC, state=state), Action.WITHDRAW, AUTHOR)
    assert (removing.state, removing.public_revision) == (State.REMOVING, None)


def test_only_what_is_public_can_be_removed() -> None:
    assert refused(make_reply(), Action.REMOVE) == "replies.not_now"
    assert done(PUBLIC, Action.REMOVE).state is State.REMOVING


def test_what_a_moderator_restored_is_not_hidden_again_for_a_week() -> None:
    screen = actor(Who.SCREEN)
    hidden = done(PUBLIC, Action.HIDE, screen)
    assert (hidden.state, hidden.public_revision) == (State.PENDING, None)
    restored = replace(done(hidden, Action.APPROVE), state=State.PUBLISHED, public_revision=1)
    assert refused(restored, Action.HIDE, screen, now=NOW + 6 * DAY) == "replies.not_now"
    assert done(restored, Action.HIDE, screen, now=NOW + 7 * DAY).state is State.PENDING


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING, State.RETURNED, State.QUARANTINED, State.FAILED])
def test_an_edit_that_waits_shields_nothing_from_reports(state: State) -> None:
    edited = replace(PUBLIC, state=state, revision=2, revisions=2)
    hidden = done(edited, Action.HIDE, actor(Who.SCREEN))
    assert (hidden.state, hidden.public_revision, hidden.is_hidden) == (state, None, True)
    assert refused(hidden, Action.HIDE, actor(Who.SCREEN)) == "replies.not_now"


def test_what_was_hidden_is_refused_as_a_whole() -> None:
    edited = replace(PUBLIC, state=State.PENDING, revision=2, revisions=2)
    hidden = done(edited, Action.HIDE, actor(Who.SCREEN))
    rejected = done(hidden, Action.REJECT, now=NOW + timedelta(hours=1))
    assert (rejected.state, rejected.public_revision, rejected.is_hidden) == (State.REJECTED, None, False)


def test_who_is_banned_sends_nothing_and_what_is_on_its_way_is_set_apart() -> None:
    banned = Circumstances(banned=True)
    assert refused(make_reply(State.DRAFT), Action.SUBMIT, AUTHOR, banned) == "replies.banned"
    assert refused(make_reply(), Action.REVISE, AUTHOR, banned) == "replies.banned"
    assert done(make_reply(State.SUBMITTED), Action.PASS, actor(Who.SCREEN), banned).state is State.QUARANTINED
    assert done(make_reply(), Action.WITHDRAW, AUTHOR, banned).state is State.WITHDRAWN


def test_nothing_is_sent_without_consent() -> None:
    assert refused(make_reply(State.DRAFT), Action.SUBMIT, AUTHOR, consent=None) == "replies.not_now"


def test_who_sends_too_often_is_told_when_to_come_back() -> None:
    often = Circumstances(sent=(NOW - timedelta(seconds=10),))
    decided = decide(make_reply(State.DRAFT), deed(Action.SUBMIT), AUTHOR, often, NOW)
    assert isinstance(decided, Refusal)
    assert (decided.key, decided.values) == ("replies.too_often", {"minutes": 1})


@pytest.mark.parametrize("state", [State.DRAFT, State.PENDING, State.PUBLISHED, State.RETURNED])
def test_who_writes_anew_too_often_is_told_when_to_come_back(state: State) -> None:
    often = Circumstances(written=tuple(NOW - timedelta(minutes=number) for number in range(20)))
    decided = decide(make_reply(state), deed(Action.REVISE), AUTHOR, often, NOW)
    assert isinstance(decided, Refusal)
    assert (decided.key, decided.values) == ("replies.edited_often", {"minutes": 41})
    done(make_reply(state), Action.REVISE, AUTHOR, often, now=NOW + timedelta(minutes=41))


def test_erased_is_erased() -> None:
    erased = done(PUBLIC, Action.ERASE, AUTHOR)
    assert (erased.author_key, erased.public_revision, erased.due_at) == (None, None, None)


def test_trust_follows_what_was_published_and_what_was_spam() -> None:
    publishing = make_reply(State.PUBLISHING)
    assert change(publishing, Action.PUBLISH, actor(Who.WORKER)).trust == 1
    assert change(replace(publishing, published_at=NOW), Action.PUBLISH, actor(Who.WORKER)).trust == 0
    assert change(publishing, Action.PUBLISH, actor(Who.WORKER), Circumstances(substantive=False)).trust == 0
    spam = change(make_reply(), Action.SPAM)
    assert spam.trust + change(spam.after, Action.RESTORE).trust == 0
    assert change(make_reply(State.QUARANTINED), Action.RESTORE).trust == 0


def test_authors_are_told_what_became_of_their_replies() -> None:
    assert change(make_reply(), Action.REJECT).tells is Notice.REJECTED
    assert change(make_reply(), Action.SPAM).tells is Notice.REJECTED
    assert change(make_reply(), Action.APPROVE).tells is None  # it may be undone; what is published is told


@pytest.mark.parametrize(
    ("text", "key"),
    [("نعم", None), ("  نعم  ", None), ("لا", "replies.too_short"), ("", "replies.too_short"), ("好" * 2000, None)],
)
def test_the_length_of_a_text(text: str, key: str | None) -> None:
    fault = check_text(text)
    assert (fault and fault.key) == key
