"""What an order is worth, against the definitions."""

from itertools import permutations, product
from statistics import mean

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsroom.ordering import measure

PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.sampled_from([0, 1])), min_size=2, max_size=40
)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[float, int]]) -> None:
    wanted, others = ([score for score, label in pairs if label == one] for one in (1, 0))
    assume(wanted and others)
    share = mean((one > other) + (one == other) / 2 for one, other in product(wanted, others))
    assert measure(*zip(*pairs, strict=True)).auc == pytest.approx(share)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5]), st.sampled_from([0, 1])), min_size=2, max_size=6))
def test_the_top_is_what_chance_brings_on_average_where_scores_are_equal(pairs: list[tuple[float, int]]) -> None:
    wanted = sum(label for _, label in pairs)
    assume(0 < wanted < len(pairs))
    firsts = [min(order, key=lambda pair: -pair[0])[1] for order in permutations(pairs)]
    measured = measure(*zip(*pairs, strict=True))
    assert measured.precision == pytest.approx(mean(firsts))
    assert measured.recall == pytest.approx(mean(firsts) / wanted)


def test_the_top_is_a_tenth_of_the_queue() -> None:
    measured = measure([20 - place for place in range(20)], [1, 0, 1, *[0] * 17])
    assert (measured.precision, measured.recall) == (0.5, 0.5)
    assert measured.auc == pytest.approx(35 / 36)


@pytest.mark.parametrize("labels", [[0, 0], [1, 1], []])
def test_one_label_alone_is_no_order(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="all are wanted"):
        measure([0.5] * len(labels), labels)
