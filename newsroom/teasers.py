"""Teasers: items of which the source told but the beginning, and what becomes of those whose pages cannot be read now.

What came is stored and told at once, as it is. Its page is asked for again at later polls, a few times; whose turn that
is stands with the source, by guid, with the tries that are left. `pages.py` says what a teaser is.
"""

from collections.abc import Iterable, Mapping

from newsroom.articles import ParsedArticle
from newsroom.furniture import trim
from newsroom.markup import read_again
from newsroom.pages import is_teaser

TRIES = 5  # at later polls
MOST_KEPT = 50  # of one source
CUT = "….[] \n"  # what stands where a text was cut

Tries = Mapping[str, int]


def keep_whole(item: ParsedArticle, before: str) -> ParsedArticle:
    """Answer an item with the whole text that it had before, where its source now tells no more than its beginning."""
    beginning, whole = _words(item.body.rstrip(CUT)), trim(read_again(before))
    is_its_beginning = len(whole) > len(item.body) and _words(whole).startswith(beginning)
    return item.filled(body=whole) if is_teaser(item) and is_its_beginning else item


def put_off(tries: Tries, guids: Iterable[str]) -> dict[str, int]:
    """Answer whose pages are still to be read, with more whose pages could not be."""
    return dict(list({**dict.fromkeys(guids, TRIES), **tries}.items())[:MOST_KEPT])


def count_down(tries: Tries, tried: Iterable[str], failed: Iterable[str]) -> dict[str, int]:
    """Answer whose pages are still to be read after some were tried, and some of these failed for now."""
    over = set(tried) - set(failed)
    left = {guid: count - (guid in set(tried)) for guid, count in tries.items() if guid not in over}
    return {guid: count for guid, count in left.items() if count > 0}


def _words(text: str) -> str:
    return " ".join(text.split())
