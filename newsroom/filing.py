"""What editors file an article under: their word over what was found by words and likeness.

    topics found ─ usual ─ under, out ─▶ topics of the article, whose regions follow its places

A filing is said as a whole and stays: it holds for every later version of the article and for every later wording of
topics. What is usual is said of a source, and goes with whatever comes from it, unless an editor takes it out of an
article. Where likeness is on, what is filed under a subject becomes an example of it. Opinion may be filed, for here
nobody guesses.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from newsroom.taxonomy import CHINA, Kind, Taxonomy
from newsroom.topics import Reason, Topicality

BY_EDITOR, BY_SOURCE = "editor", "source"  # the zones of such reasons: no places in the text
SIGN, USUAL, WEIGHT = "✍️", "📡", 9  # as shown: no word spoke, and nothing is compared with the weight


@dataclass(frozen=True, slots=True)
class Filing:
    """The tags that an article has because editors say so, and those that it has not; no tag is in both.

    `usual` are those of its source.
    """

    under: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Answer it in a line, for the audit."""
        return " ".join([*(f"+{tag}" for tag in self.under), *(f"-{tag}" for tag in self.out)])

    def changed(self, under: Collection[str], out: Collection[str]) -> "Filing":
        """Answer the filing with more said; the newer word on a tag replaces the older."""
        said = {*under, *out}
        return Filing(
            tuple(_once([*(tag for tag in self.under if tag not in said), *under])),
            tuple(_once([*(tag for tag in self.out if tag not in said), *out])),
            self.usual,
        )

    def turned(self, tag: str, *, has: bool) -> "Filing":
        """Answer the filing after a tap on a topic that an article has or has not; a second tap takes it back."""
        if tag in {*self.under, *self.out}:
            return Filing(
                tuple(one for one in self.under if one != tag), tuple(one for one in self.out if one != tag), self.usual
            )
        return self.changed((), (tag,)) if has else self.changed((tag,), ())


UNFILED = Filing()


def file(found: Topicality, filing: Filing, taxonomy: Taxonomy) -> Topicality:
    """Answer what an article is about when it is filed so; done twice it changes nothing."""
    if filing == UNFILED:
        return found
    provinces = _filed(found.provinces, filing, Kind.PROVINCE)
    places = _filed([*found.places, *([CHINA] if provinces else [])], filing, Kind.PLACE)
    named = _filed([tag for tag in found.regions if found.why.get(tag)], filing, Kind.REGION)
    following = [region for tag in places for region in taxonomy.topics[tag].regions]
    filed = Topicality(_filed(found.subjects, filing, Kind.SUBJECT), places, _once([*named, *following]), provinces)
    usual = {tag: [Reason(USUAL, BY_SOURCE, WEIGHT)] for tag in filing.usual}
    why = {**usual, **found.why, **{tag: [Reason(SIGN, BY_EDITOR, WEIGHT)] for tag in filing.under}}
    filed.why = {tag: why.get(tag, []) for tag in filed.tags}
    return filed


def _filed(tags: Iterable[str], filing: Filing, kind: Kind) -> list[str]:
    """Answer tags of a kind: what an editor says comes first, for it is what the article is most about."""
    said, usual = ([tag for tag in some if tag.startswith(f"{kind}:")] for some in (filing.under, filing.usual))
    return [tag for tag in _once([*said, *tags, *usual]) if tag not in filing.out]


def _once(tags: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tags))
