"""Counted links: 📖 leads through us to the article, where the operator wants to know how often that is read.

    https://newsroom.example/o/12/3f9c…  ─▶ counted for the article and the day ─▶ the article's own address

A link says the article's number and a mark that only our secret makes, so nobody counts what was never sent; where it
leads is looked up, so it leads nowhere else. It is the same for everybody who gets the article.
"""

import hmac
from dataclasses import dataclass, field

PATH = "/o"
LENGTH = 16  # letters of a mark: 64 bits


@dataclass(frozen=True, slots=True)
class Openings:
    """Makes links at one address, by one key."""

    base: str
    key: bytes = field(repr=False)

    def link(self, number: int) -> str:
        """Answer the link that opens an article and is counted."""
        return f"{self.base.rstrip('/')}{PATH}/{number}/{self.mark(number)}"

    def mark(self, number: int) -> str:
        """Answer what shows that a link is ours."""
        return hmac.digest(self.key, str(number).encode(), "sha256").hex()[:LENGTH]

    def is_ours(self, number: int, mark: str) -> bool:
        """Tell whether a link is one of ours."""
        return hmac.compare_digest(self.mark(number).encode(), mark.encode())
