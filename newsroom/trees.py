"""XML and HTML as trees, read as far as they go: no entities, no net, no huge trees.

lxml is handed text that was decoded before (`encoding.py`), so nothing that a document says of its encoding counts.
"""

import re

from lxml import etree
from lxml import html as markup

from newsroom.items import storable

PROLOG = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
HEAD = 2_000  # characters in which a document declares what it declares


def parse_xml(text: str) -> etree._Element | None:
    """Answer the root of a document; None where nothing can be read, or it declares entities of its own."""
    if "<!ENTITY" in text[:HEAD]:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        return etree.fromstring(storable(PROLOG.sub("", text, count=1)).strip().encode(), parser)
    except etree.XMLSyntaxError:  # nothing is there at all
        return None


def parse_html(text: str) -> markup.HtmlElement | None:
    """Answer the root of a page; None where there is none."""
    try:
        return markup.document_fromstring(text.encode(errors="ignore"), parser=markup.HTMLParser(encoding="utf-8"))
    except (ValueError, etree.LxmlError):
        return None
