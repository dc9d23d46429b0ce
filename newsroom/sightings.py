"""What a reader sees of an article's date and author, on a page that tells machines neither. Rather nothing than wrong.

    within the article around the heading ─▶ what is marked as a date or an author ─▶ a name that can be one

A page has other clocks and other names: of its header, of kindred posts, of those who comment, and of days of which the
article speaks. None of them counts.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import html as markup

from newsroom.items import said

# What within an article is of another.
ELSEWHERE = re.compile(r"(?<![\w-])(?:aside|comments?|nav|related|respond|sidebar|yarpp|jp-relatedposts)(?![a-z])")
CHANGED = re.compile(r"\b(?:updated|modified|datemodified)\b")
PUBLISHED = re.compile(r"\b(?:datepublished|published|entry-date|post-date)\b")
BYLINE = re.compile(
    r"(?:^|\s)(?:byline|author|author-name|byline-name|entry-author|post-author|article-author)(?:\s|$)"
)
BY = re.compile(
    r"^(?:بقلم|كتب(?:ه|ها|ت)?|إعداد|(?:نشر )?بواسطة|(?:(?:posted|written) )?by|par|作者|记者)(?:\s*[:：/]\s*|\s+)",
    re.IGNORECASE,
)
AFTER = re.compile(r"\s*(?:[|·•–—\n،,;؛]|\s-\s).*", re.DOTALL)  # what follows a name: a date, an office, another name
NAME = re.compile(r"[^\W\d_][^\d_@/<>:?!؟]{1,59}")
MOST_WORDS = 6  # of a name
NOBODY = {"admin", "administrator", "author", "editor", "webmaster", "مدير الموقع", "الكاتب", "المحرر"}
MOST_SEEN = 50  # elements that are looked at
LONGEST_LINE = 100  # characters of a paragraph that has a date; a longer one is of the text


def find_times(tree: markup.HtmlElement) -> Iterator[str]:
    """Yield when the article was published, as its page marks it; first what is called so."""
    around = _around_heading(tree)
    if around is None:
        return
    marked = islice(around.xpath(".//time[@datetime] | .//*[@itemprop='datePublished']"), MOST_SEEN)
    times = [time for time in marked if _is_of(around, time) and not CHANGED.search(_called(time))]
    for time in sorted((time for time in times if not _is_in_text(time)), key=lambda time: not _is_published(time)):
        yield said(time.get("datetime") or time.get("content"))


def _is_published(time: markup.HtmlElement) -> bool:
    return time.get("pubdate") is not None or PUBLISHED.search(_called(time)) is not None


def _is_in_text(time: markup.HtmlElement) -> bool:
    """Tell whether an article speaks of a day, as of that of an event."""
    paragraph = next(time.iterancestors("p", "li", "blockquote"), None)
    return paragraph is not None and len(paragraph.text_content()) > LONGEST_LINE


def find_author(tree: markup.HtmlElement) -> str:
    """Answer the name of who wrote the article; nothing where that may be something else."""
    around = _around_heading(tree)
    if around is None:
        return ""
    seen = (_read_name(element) for element in _find_bylines(around) if _is_of(around, element))
    return next(filter(None, seen), "")


def _find_bylines(around: markup.HtmlElement) -> Iterable[markup.HtmlElement]:
    yield from islice(around.iterfind(".//*[@itemprop='author']"), MOST_SEEN)
    named = (one for one in around.iterfind(".//*[@rel]") if "author" in one.get("rel", "").split())
    yield from islice(named, MOST_SEEN)
    called = (one for one in around.iterfind(".//*[@class]") if BYLINE.search(one.get("class", "")))
    yield from islice(called, MOST_SEEN)


def _read_name(element: markup.HtmlElement) -> str:
    inner = element.find(".//*[@itemprop='name']")
    told = said((element if inner is None else inner).text_content()).strip()
    name = " ".join(AFTER.sub("", BY.sub("", told), count=1).split())
    is_name = NAME.fullmatch(name) and len(name.split()) <= MOST_WORDS and name.lower() not in NOBODY
    return name if is_name else ""


def _around_heading(tree: markup.HtmlElement) -> markup.HtmlElement | None:
    """Answer the article around the first heading that stands in one; else what is around the only heading."""
    headings = list(islice(tree.iter("h1"), MOST_SEEN))
    for heading in headings:
        if (article := next(heading.iterancestors("article"), None)) is not None:
            return article
    parent = headings[0].getparent() if len(headings) == 1 else None
    return parent if parent is not None and parent.tag not in {"body", "html"} else None


def _is_of(around: markup.HtmlElement, element: markup.HtmlElement) -> bool:
    """Tell whether an element is of the article itself, and not of what hangs in it."""
    for one in (element, *element.iterancestors()):
        if one is around:
            return True
        if one.tag == "article" or ELSEWHERE.search(f"{one.tag!s} {_called(one)}"):
            return False
    return False


def _called(element: markup.HtmlElement) -> str:
    return " ".join(filter(None, (element.get(name) for name in ("class", "id", "itemprop")))).lower()
