"""Weights of evidence, fitted to labelled pairs by a logistic regression with one rule: no evidence changes sides.

What speaks for one story may not weigh against it, nor the other way round; where the pairs would have it so, which
they do for want of more of them, it weighs nothing. Another way to weigh is a function beside `fit`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

PENALTY = 2.0  # on the square of each weight: few pairs, many kinds of evidence
STEPS = 60

Array = np.ndarray[Any, np.dtype[np.float64]]


def fit(
    found: Sequence[Mapping[str, float]], labels: Sequence[bool], is_against: Callable[[str], bool]
) -> tuple[float, dict[str, float]]:
    """Answer the bias and the weight of each piece of evidence, by name."""
    names = list(found[0])
    rows = np.array([[1.0, *(row[name] for name in names)] for row in found])
    wanted, kept = np.array(labels, dtype=float), list(range(len(names)))
    while True:
        weights = _regress(rows[:, [0, *(at + 1 for at in kept)]], wanted)
        wrong = [at for at, weight in zip(kept, weights[1:], strict=True) if is_against(names[at]) != (weight < 0)]
        if not wrong:
            break
        kept.remove(max(wrong, key=lambda at: abs(weights[1 + kept.index(at)])))
    by_name = dict.fromkeys(names, 0.0) | {names[at]: float(weights[1 + place]) for place, at in enumerate(kept)}
    return float(weights[0]), by_name


def _regress(rows: Array, wanted: Array) -> Array:
    """Answer the weights by Newton's steps."""
    weights, penalty = np.zeros(rows.shape[1]), np.eye(rows.shape[1]) * PENALTY
    penalty[0, 0] = 1e-9
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - wanted) + penalty @ weights
        weights = weights - np.linalg.solve((rows.T * (likely * (1 - likely))) @ rows + penalty, slope)
    return weights
