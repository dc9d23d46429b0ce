"""Why a source or a file cannot be read: each reason by its name, and in English, as logs tell it.

Editors read it in their own language: a reason has a text `fault.<key>` in each catalogue, with the same placeholders.
A new reason is a line of FAULTS and its texts.
"""

from collections.abc import Mapping
from typing import Any, Self

import orjson

FAULTS = {
    # The request
    "address": "only http:// and https:// addresses can be read",
    "private": "{address} is not on the public net: set ALLOW_PRIVATE_SOURCES=true if it is meant",
    "connection": "no connection ({cause})",
    "slow": "it did not answer in time",
    "http": "HTTP {status}",
    "resting": "its server has asked to be left alone for a while",
    "form": "HTTP {status}, which leads no form anywhere",
    "redirects": "it redirects more than {most} times",
    "astray": "it redirects to what is no web address",
    "hung-up": "it hung up without an answer",
    "broke-off": "it broke off, or what it sent cannot be unpacked",
    "no-http": "what it answered is no HTTP",
    "no-address": "that is no web address",
    "failed": "the connection failed: {cause}",
    "large": "it is larger than {mib} MiB",
    "empty": "it answered nothing",
    "robots": "its robots.txt does not allow it",
    # What came
    "no-feed": "it is no RSS and no Atom",
    "broken-xml": "its XML is broken before the first item",
    "entities": "it declares entities of its own, which no feed needs",
    "unreadable": "no reader can read it ({cause})",
    "broken-json": "its JSON is broken ({cause})",
    "no-json-feed": "it is JSON, but no JSON Feed and no posts of WordPress",
    "json-says": "it is JSON, but no JSON Feed and no posts of WordPress: {said}",
    "no-comments": "it is no list of comments",
    "no-posts": "it is no list of posts",
    "no-news": "it is a sitemap without news",
    "other-sitemaps": "it is a sitemap without news; it lists others: {listed}",
    "no-page": "it is no page",
    "page-large": "the page is larger than {mib} MiB",
    "no-article": "no article is found in the page",
    "no-opml": "it is no OPML",
    "long-opml": "it lists more than {most} sources at once",
    "empty-opml": "it lists no source: an outline of one has xmlUrl",
    "unread": "{items} items could not be read",
    # A file of topics
    "topicfile.at": "line {line}: {tag}: {fault}",
    "topicfile.of": "{tag}: {fault}",
    "topicfile.encoding": "line {line}: this is not UTF-8: save the file in that encoding",
    "topicfile.toml": "line {line}, column {column}: this is not TOML: is a quotation mark or bracket missing?",
    "topicfile.twice": "line {line}: this was said above already: put both together",
    "topicfile.ends": "this is not TOML: its end is missing, or a quotation mark or bracket is never closed",
    "topicfile.nothing": 'it says nothing: begin with a tag, such as ["s:economy"]',
    "topicfile.untagged": 'this stands under no tag: put it below one, such as ["{such}"]',
    "topicfile.unknown": (
        "there is no such topic. Places, regions and provinces are those that are shipped (their tags: qasid topics "
        "explain); a subject of your own is s: and small Latin letters, digits and hyphens"
    ),
    "topicfile.all": "the topic of everything has no words: leave it out",
    "topicfile.key": "«{what}» is not known here: there are {known}",
    "topicfile.names": 'name is not names by language: write name = {{ en = "…", fr = "…" }}',
    "topicfile.language": "name has no language «{language}»: there are {known}",
    "topicfile.unnamed": "a subject of your own needs a name in each language; missing: {missing}",
    "topicfile.long": "the name «{name}» has {length} characters: buttons have room for {most}",
    "topicfile.list": '{part}: a list of words for each language is wanted, such as en = ["bonds"]',
    "topicfile.word": "«{word}» is no word: {least} to {most} characters, letters among them",
    "topicfile.weak": "only subjects have weak words: a place is named or not",
    "topicfile.without": "without: «{word}» is no shipped word of it: take it out of the list",
    "topicfile.many": "there are more than {most} words: leave some out",
    # The source
    "nowhere": "{fault}; nor is any feed found at the {tried} usual places of its site",
    "feed-now": "it was no feed when it was polled, and is one now",
    "known": "it is collected as {url}",
    "ours": "our own fault ({cause})",
    "told": "{said}",
}


class Reason(str):
    """A reason in English, which knows what it is made of; a value may be a reason too."""

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, "str | int | Reason"]

    def __new__(cls, key: str, **values: "str | int | Reason") -> Self:
        """Put a reason into words."""
        reason = super().__new__(cls, FAULTS[key].format(**values))
        reason.key, reason.values = key, values
        return reason

    def dump(self) -> str:
        """Answer it as text that `load` takes."""
        return orjson.dumps(_as_json(self)).decode()

    @classmethod
    def load(cls, text: str) -> Self:
        """Answer the reason of what `dump` answered; any other text is told as it is."""
        try:
            key, values = orjson.loads(text)
            return cls._read(key, values)
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls("told", said=text)

    @classmethod
    def _read(cls, key: str, values: Mapping[str, Any]) -> Self:
        return cls(key, **{name: cls._read(*told) if isinstance(told, list) else told for name, told in values.items()})


def _as_json(value: "str | int | Reason") -> Any:
    if isinstance(value, Reason):
        return [value.key, {name: _as_json(part) for name, part in value.values.items()}]
    return value
