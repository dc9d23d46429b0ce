"""The rules of broadcasts: what a mistake must not cost, and what a card tells of how far one is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.broadcasts import (
    COOLDOWN,
    LEAD,
    LONGEST_NAME,
    Broadcast,
    Do,
    Manner,
    Phase,
    Rules,
    Same,
    State,
    Step,
    check_audience,
    check_cooldown,
    estimate_stars,
    find_phase,
    flip,
    is_before_readers,
    is_confirmed,
    is_few,
    is_over,
    is_rate_known,
    is_too_late,
    may_approve,
    may_undo,
    next_deed,
    next_step,
    read_name,
    should_redraw,
    stamp,
)
from newsroom.crowds import Crowd
from newsroom.errors import Refusal
from newsroom.progress import (
    RECENT,
    Cause,
    Progress,
    Tally,
    add_up,
    draw_bar,
    estimate,
    find_cause,
    is_refused_to_staff,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = {"": {"method": "sendMessage", "params": {"text": "مرحبا"}}}
DRAFT = Broadcast(1, State.DRAFT, 3, "50", WORDS, Crowd(), Manner(), NOW)
STARTED = replace(DRAFT, state=State.STARTED, started_at=NOW, push_id=7, expected=100)


@pytest.mark.parametrize(
    ("audience", "above", "done", "step"),
    [
        (5, 0, {}, Step.SURE),
        (5, 0, {"sure": True}, Step.GO),
        (10_000, 0, {"sure": True}, Step.GO),
        (10_001, 0, {"sure": True}, Step.TYPED),
        (10_001, 0, {"typed": True}, Step.GO),
        (101, 100, {"sure": True}, Step.SECOND),
        (100, 100, {"sure": True}, Step.GO),
        (10_001, 100, {"sure": True}, Step.TYPED),
        (10_001, 100, {"typed": True}, Step.SECOND),
        (10_001, 100, {"typed": True, "second": True}, Step.GO),
    ],
)
def test_the_more_readers_the_more_is_asked(audience: int, above: int, done: dict[str, bool], step: Step) -> None:
    assert next_step(audience, Rules(above), **done) is step


@pytest.mark.parametrize(
    "typed", ["12345", "12,345", "١٢٬٣٤٥", "12 345", "12 345 ", "\u200f١٢٣٤٥", "12’345", "１２，３４５"]
)
def test_the_number_may_be_typed_in_any_digits(typed: str) -> None:
    assert is_confirmed(typed, 12_345)


@pytest.mark.parametrize(
    "typed", ["", "نعم", "12346", "1234", "no! not to 12,345", "12345 لا", "-12345", "1234½5", "12345?"]
)
def test_anything_else_confirms_nothing(typed: str) -> None:
    assert not is_confirmed(typed, 12_345)


def test_the_same_is_not_sent_again_within_the_hour() -> None:
    with pytest.raises(Refusal) as refused:
        check_cooldown([Same(4, NOW - timedelta(minutes=20))], NOW, NOW)
    assert refused.value.values == {"number": 4, "minutes": 40}
    check_cooldown([Same(4, NOW - COOLDOWN)], NOW, NOW)
    check_cooldown([Same(4, NOW - timedelta(minutes=20))], NOW + timedelta(minutes=40), NOW)
    check_cooldown([], NOW, NOW)


@pytest.mark.parametrize("minutes", [-59, 0, 59])
def test_the_same_is_not_scheduled_within_an_hour_of_another(minutes: int) -> None:
    planned = Same(4, NOW + timedelta(hours=5), has_left=False)
    with pytest.raises(Refusal) as refused:
        check_cooldown([planned], planned.at + timedelta(minutes=minutes), NOW)
    assert (refused.value.key, refused.value.values) == ("broadcast.twice.scheduled", {"number": 4})
    for apart in (-COOLDOWN, COOLDOWN):
        check_cooldown([planned], planned.at + apart, NOW)


def test_nobody_is_no_audience() -> None:
    with pytest.raises(Refusal):
        check_audience(0)
    check_audience(1)


def test_a_second_editor_is_neither_who_made_it_nor_who_asks() -> None:
    asked = replace(DRAFT, asked_by="51")
    assert [may_approve(asked, editor) for editor in ("50", "51", "52")] == [False, False, True]


def test_whoever_made_a_broadcast_may_agree_to_the_correction_of_another() -> None:
    asked = replace(DRAFT, asked_by="51", manner=Manner(better=WORDS))
    assert [may_approve(asked, editor) for editor in ("50", "51", "52")] == [True, False, True]


def test_an_audience_below_ten_is_few() -> None:
    assert [is_few(number) for number in (0, 1, 9, 10)] == [False, True, True, False]


def test_what_is_an_hour_late_does_not_leave_by_itself() -> None:
    assert not is_too_late(NOW - timedelta(hours=1), NOW)
    assert is_too_late(NOW - timedelta(hours=1, seconds=1), NOW)


def test_time_is_readers_by_rate() -> None:
    assert estimate(2_800, 28) == timedelta(seconds=100)
    assert estimate(5, 0) == timedelta()


@pytest.mark.parametrize(
    ("rules", "stars"),
    [(Rules(), 0), (Rules(rate=100), 0), (Rules(rate=30, paid=True), 0), (Rules(rate=100, paid=True), 700)],
)
def test_what_is_faster_than_free_costs_stars(rules: Rules, stars: int) -> None:
    assert estimate_stars(10_000, rules) == stars


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("Forbidden: bot was blocked by the user", Cause.BLOCKED),
        ("Forbidden: user is deactivated", Cause.GONE),
        ("Bad Request: chat not found", Cause.GONE),
        ("Bad Request: not enough rights to send text messages to the chat", Cause.CLOSED),
        ("barred: Bad Request: not enough rights to send photos to the chat", Cause.BARRED),
        ("refused: Bad Request: can't parse entities", Cause.REFUSED),
        ("rendering stopped", Cause.REFUSED),
        ("subscriber stopped", Cause.UNWANTED),
        ("announcements not wanted", Cause.UNWANTED),
        ("HTTP 502", Cause.OTHER),
    ],
)
def test_causes_are_told_apart(reason: str, cause: Cause) -> None:
    assert find_cause(reason) is cause


ROWS = [
    Tally("sent", "", 70, lately=50),
    Tally("failed", "Forbidden: bot was blocked by the user", 6, lately=2),
    Tally("skipped", "subscriber stopped", 2),
    Tally("uncertain", "no answer", 1),
    Tally("queued", "", 10, later=4),
    Tally("sending", "", 3),
]


def test_rows_add_up_to_progress() -> None:
    told = add_up(ROWS, 100, is_planned=True)
    assert (told.sent, told.failed, told.uncertain) == (70, {Cause.BLOCKED: 6, Cause.UNWANTED: 2}, 1)
    assert (told.left, told.later, told.flying, told.whole) == (13, 4, 3, 92)
    assert told.rate == 5.2
    assert told.ends_in() == timedelta(seconds=9 / 5.2)


def test_what_could_not_be_done_to_a_message_is_counted_but_where_nothing_is_left_to_do() -> None:
    gone, kept = "Bad Request: message to delete not found", "Bad Request: message can't be deleted"
    told = add_up([Tally("sent", "", 70, stale=5), Tally("sent", gone, 3), Tally("sent", kept, 2)], 75, is_planned=True)
    assert (told.sent, told.stale, told.undone, told.changed) == (75, 5, 2, 68)


def test_what_is_not_planned_yet_is_left() -> None:
    assert add_up(ROWS, 500, is_planned=False).left == 500 - 79
    assert add_up([], 500, is_planned=False).share == 0


def test_the_bar_is_full_at_the_end_alone() -> None:
    assert draw_bar(0.0) == "▱" * 10
    assert draw_bar(0.999) == "▰" * 9 + "▱"
    assert draw_bar(1.0) == "▰" * 10


@pytest.mark.parametrize(
    ("push", "held", "phase"),
    [
        ("running", "", Phase.RUNNING),
        ("paused", "", Phase.PAUSED),
        ("paused", "too many", Phase.HELD),
        ("cancelled", "", Phase.STOPPED),
        ("done", "", Phase.DONE),
    ],
)
def test_the_push_says_how_a_started_one_stands(push: str, held: str, phase: Phase) -> None:
    assert find_phase(STARTED, push, held) is phase
    assert find_phase(DRAFT, push, held) is Phase.DRAFT


def test_a_card_is_drawn_at_once_when_it_stands_otherwise_and_else_now_and_then() -> None:
    few, more = (stamp(STARTED, Phase.RUNNING, Progress(sent=sent)) for sent in (1, 2))
    assert not should_redraw(few, few, NOW, NOW + timedelta(minutes=1))
    assert not should_redraw(few, more, NOW, NOW + timedelta(seconds=2))
    assert should_redraw(few, more, NOW, NOW + timedelta(seconds=3))
    assert should_redraw(few, stamp(STARTED, Phase.PAUSED, Progress(sent=1)), NOW, NOW)


def test_what_is_stopped_is_over_when_nothing_is_on_its_way() -> None:
    assert not is_over(Phase.STOPPED, Progress(left=3, flying=1))
    assert is_over(Phase.STOPPED, Progress(left=3))
    assert is_over(Phase.DONE, Progress())
    assert not is_over(Phase.DONE, Progress(), asks=True)
    assert not is_over(Phase.PAUSED, Progress())


def test_staff_are_alone_for_the_first_seconds() -> None:
    assert is_before_readers(STARTED, NOW + LEAD / 2)
    assert not is_before_readers(STARTED, NOW + LEAD)
    assert is_refused_to_staff([Tally("failed", "refused: too long", 1)])
    assert not is_refused_to_staff([Tally("failed", "Forbidden: bot was blocked by the user", 1)])


def test_the_rate_is_told_when_readers_have_been_sent_it_for_a_while() -> None:
    assert not is_rate_known(DRAFT, NOW)
    assert not is_rate_known(STARTED, NOW + LEAD)
    assert is_rate_known(STARTED, NOW + LEAD + RECENT)


def test_the_name_of_a_template_is_one_line_that_a_button_holds() -> None:
    assert read_name("  تحية \n المساء ") == "تحية المساء"
    assert not read_name(" ")
    assert read_name("x" * LONGEST_NAME)
    assert not read_name("x" * (LONGEST_NAME + 1))


def test_switches_go_to_and_fro_and_nothing_else_does() -> None:
    silent = flip(Manner(buttons=(("a", "https://site.example"),)), "silent")
    assert silent.silent
    assert silent.buttons
    assert flip(silent, "silent") == Manner(buttons=(("a", "https://site.example"),))
    assert flip(silent, "buttons") == silent


def test_deeds_are_done_one_after_the_other_but_for_the_last() -> None:
    corrected = replace(STARTED, deeds=(Do.PIN, Do.EDIT))
    assert corrected.wanted == 3
    assert [next_deed(corrected, version) for version in (2, 3)] == [(Do.PIN, 2), (Do.EDIT, 3)]
    assert corrected.sent_version == 1  # it is still to be pinned
    assert replace(STARTED, deeds=(Do.EDIT,)).sent_version == 2
    withdrawn = replace(STARTED, deeds=(Do.PIN, Do.EDIT, Do.DELETE))
    assert next_deed(withdrawn, 2) == (Do.DELETE, 4)
    assert find_phase(withdrawn, "cancelled", "") is Phase.WITHDRAWN


def test_what_was_sent_can_be_changed_for_two_days() -> None:
    assert may_undo(STARTED, NOW + timedelta(hours=47))
    assert not may_undo(STARTED, NOW + timedelta(hours=48))
    assert not may_undo(replace(STARTED, deeds=(Do.DELETE,)), NOW)
    assert not may_undo(DRAFT, NOW)
