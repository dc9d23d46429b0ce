"""The steps of setting up: what is there ticks them, however it came."""

import pytest

from newsroom.setup import Desk, Standing, Step, is_all_done, is_done

ALL = Standing(sources=1, desk=Desk.SET, channels=1, staff=1, tested=True)


@pytest.mark.parametrize(
    ("standing", "done"),
    [
        (Standing(), set()),
        (Standing(unread=1), set()),
        (Standing(sources=2, unread=1), {Step.SOURCE}),
        (Standing(desk=Desk.SET), {Step.DESK}),
        (Standing(desk=Desk.GROUP), {Step.DESK}),
        (Standing(desk=Desk.ALONE), {Step.DESK}),
        (Standing(channels=1, silent=1), {Step.CHANNEL}),
        (Standing(staff=3), {Step.STAFF}),
        (Standing(tested=True), {Step.TEST}),
        (ALL, {*Step}),
    ],
)
def test_a_step_is_done_when_what_it_is_for_is_there(standing: Standing, done: set[Step]) -> None:
    assert {step for step in Step if is_done(step, standing)} == done
    assert is_all_done(standing) is (done == {*Step})
