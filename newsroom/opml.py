"""OPML 2.0 (opml.org/spec2.opml): the list of sources that feed readers give and take."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from newsroom.encoding import decode
from newsroom.errors import ParseError
from newsroom.items import full_address, said
from newsroom.reasons import Reason
from newsroom.trees import parse_xml


@dataclass(frozen=True, slots=True)
class Outline:
    """A source in a list: its address, and what it is called."""

    url: str
    title: str = ""


def read_opml(body: bytes, name: str) -> list[Outline]:
    """Answer the sources of a list, whatever folders they are in, each once. Raises ParseError when it is none."""
    root = parse_xml(decode(body))
    if root is None or root.tag != "opml":
        raise ParseError(name, Reason("no-opml"))
    found: dict[str, Outline] = {}
    for outline in root.iter("outline"):
        url = full_address("", said(outline.get("xmlUrl")))
        if url:
            found.setdefault(url, Outline(url, said(outline.get("title") or outline.get("text"))))
    if not found:
        raise ParseError(name, Reason("empty-opml"))
    return list(found.values())


def write_opml(sources: Iterable[Outline], title: str, now: datetime) -> str:
    """Answer the list of these sources, as any feed reader takes it."""
    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    for source in sources:
        named = source.title.strip() or source.url
        etree.SubElement(body, "outline", type="rss", text=named, title=named, xmlUrl=source.url)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written.decode()
