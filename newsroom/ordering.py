"""How well scores order a queue: those who are to come first, compared with those who come first.

A score is as good as the order that it makes. Where scores are equal the order is by chance, and what is measured is
what chance brings on average. Another measure goes here.
"""

from collections.abc import Sequence
from itertools import groupby
from math import ceil
from typing import NamedTuple

TOP = 0.1  # of the queue


class Measured(NamedTuple):
    """What an order is worth."""

    auc: float  # how likely one that is wanted first stands before one that is not
    precision: float  # of the top of the queue, the share that is wanted there
    recall: float  # of what is wanted there, the share that is


def measure(scores: Sequence[float], labels: Sequence[int]) -> Measured:
    """Answer what an order by scores is worth, the highest first. ValueError where not both labels are there."""
    if not 0 < sum(labels) < len(labels):
        raise ValueError("an order is worth nothing where all are wanted first, or none")
    ranked = sorted(zip(scores, labels, strict=True), reverse=True)
    ties = [[label for _, label in tied] for _, tied in groupby(ranked, key=lambda pair: pair[0])]
    hits = _count_hits(ties, ceil(len(labels) * TOP))
    return Measured(_auc(ties), hits / ceil(len(labels) * TOP), hits / sum(labels))


def _auc(ties: Sequence[Sequence[int]]) -> float:
    """Answer the share of pairs in the right order, a tie being half right."""
    before, right, wanted = 0, 0.0, 0
    for tied in ties:
        ours = sum(tied)
        others = len(tied) - ours
        right += others * (before + ours / 2)
        before += ours
        wanted += ours
    return right / (wanted * (sum(map(len, ties)) - wanted))


def _count_hits(ties: Sequence[Sequence[int]], top: int) -> float:
    """Answer how many of the top are wanted there; of those that are tied at its end, their share."""
    hits = 0.0
    for tied in ties:
        taken = min(len(tied), top)
        hits += sum(tied) * taken / len(tied)
        top -= taken
    return hits
