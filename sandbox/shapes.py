"""Shapes of JSON: what a parameter may look like, as data, and the check that a value has the shape.

A shape reads itself from the text of a form field (`read`) and names every difference (`check`).
`spec.py` builds the Bot API's objects from these; a new kind of shape belongs here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

import orjson

TYPE_NAMES = {bool: "Boolean", int: "Integer", float: "Float", str: "String", list: "Array", dict: "Object"}


class Shape(Protocol):
    """What a value may look like."""

    def read(self, text: str) -> object:
        """Answer the value that a form carries as `text`; text that makes no sense is answered as it is."""

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Add a sentence to `problems` for each difference; `where` is the path of the value."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of one of a few types."""

    name: str
    types: tuple[type, ...]

    def read(self, text: str) -> object:
        """Take the text for a string, and for JSON otherwise."""
        if self.types == (str,):
            return text
        return read_json(text.lower() if self.types == (bool,) else text)

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Look at the type alone."""
        if type(value) not in self.types:
            expect(self.name, value, where, problems)


class Nested:
    """What a form carries as JSON."""

    __slots__ = ()

    def read(self, text: str) -> object:
        """Take the text for JSON."""
        return read_json(text)


@dataclass(frozen=True, slots=True)
class Array(Nested):
    """A list whose items all have one shape."""

    of: Shape

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Look at each item."""
        if not isinstance(value, list):
            expect("Array", value, where, problems)
            return
        for index, item in enumerate(value):
            self.of.check(item, f"{where}[{index}]", problems)


@dataclass(frozen=True, slots=True)
class Record(Nested):
    """An object of known fields, some of them required."""

    name: str
    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def field(self, name: str) -> Shape | None:
        """Answer the shape of a field, or None if there is no such field."""
        return self.required.get(name) or self.optional.get(name)

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Look for missing, unknown and wrong fields."""
        if not isinstance(value, dict):
            expect(self.name, value, where, problems)
            return
        prefix = f"{where}." if where else ""
        problems += [f"{prefix}{name} is missing" for name in self.required if name not in value]
        for name, item in value.items():
            if shape := self.field(name):
                shape.check(item, prefix + name, problems)
            else:
                problems.append(f"{prefix}{name} is unknown to {self.name}")


@dataclass(frozen=True, slots=True)
class OneOf(Nested):
    """One of several objects: told apart by a field that only it has, or by the value of its `type`."""

    name: str
    records: Mapping[str, Record]

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Find the object that is meant and look at it."""
        if not isinstance(value, dict):
            expect(self.name, value, where, problems)
            return
        kind = value.get("type")
        meant = next((record for mark, record in self.records.items() if mark in value or mark == kind), None)
        if meant:
            meant.check(value, where, problems)
        else:
            problems.append(f"{where} is none of {', '.join(self.records)}")


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """What Telegram knows and the sandbox does not."""

    def read(self, text: str) -> object:
        """Take the text as it is."""
        return text

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Refuse: to take it and do nothing would let a test pass that shows nothing."""
        del value
        problems.append(f"{where} is not modelled")


class Upload(str):
    """A file that came in a form: as a text its name, with the kind and the content that were told."""

    kind: str
    content: bytes
    __slots__ = ("content", "kind")

    def __new__(cls, name: str, kind: str, content: bytes) -> Self:
        """Make it."""
        made = super().__new__(cls, name)
        made.kind, made.content = kind, content
        return made


@dataclass(frozen=True, slots=True)
class File:
    """A file that is uploaded, or that Telegram has by its id; one that it would fetch is not modelled."""

    def read(self, text: str) -> object:
        """Take an upload as it is."""
        return text

    def check(self, value: object, where: str, problems: list[str]) -> None:
        """Refuse whatever is neither."""
        if not isinstance(value, str) or (not isinstance(value, Upload) and ":" in value):
            problems.append(f"{where}: only uploads and ids of files are modelled")


TEXT = Plain("String", (str,))
INTEGER = Plain("Integer", (int,))
BOOLEAN = Plain("Boolean", (bool,))
CHAT_ID = Plain("Integer or String", (int, str))
UNMODELLED = Unmodelled()
FILE = File()


def read_json(text: str) -> object:
    """Answer what the JSON text says, or the text itself if it is not JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def expect(wanted: str, value: object, where: str, problems: list[str]) -> None:
    """Add the sentence for a value of the wrong type."""
    problems.append(f"{where}: {wanted} expected, got {TYPE_NAMES.get(type(value), type(value).__name__)}")
