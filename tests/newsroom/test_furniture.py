"""What hangs around an article is never part of it, whatever it was read from; and no prose is lost with it."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.articles import ParsedArticle
from newsroom.changes import Wording, is_material
from newsroom.furniture import trim
from newsroom.markup import html_to_text
from newsroom.pages import parse_page
from newsroom.reading import read_feed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"
PROSE = (
    "وصل مهندسون صينيون وأوزبك أمس ضفتي نهر جيحون بجسر طوله كيلومتر ونصف، بعد ثلاث سنوات من العمل في تربة رملية صعبة.",
    "وقال مدير المشروع إن الجسر سيخدم ستة آلاف شاحنة في اليوم، وإن رسوم العبور ستعيد كلفته خلال خمسة عشر عامًا.",
    "وينتظر سكان القرى القريبة أن يقصر طريقهم إلى السوق الأسبوعي من أربع ساعات إلى نصف ساعة.",
)
TEXT = "".join(f"<p>{part}</p>" for part in PROSE)
SHARES = (
    '<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block sd-social sd-sharing">'
    '<h3 class="sd-title">شارك هذا الموضوع:</h3><div class="sd-content"><ul><li><a class="share-x sd-button" '
    'href="?share=x"><span>انقر للمشاركة على إكس (فتح في نافذة جديدة)</span></a></li></ul></div></div></div>'
)
KINDRED = (
    '<div class="yarpp yarpp-related"><h3>مواضيع ذات صلة:</h3><ol><li><a href="/1">خبر آخر</a></li></ol></div>'
    '<div id="jp-relatedposts" class="jp-relatedposts"><h3><em>مرتبط</em></h3><p>خبر ثالث</p></div>'
)
COMMENTS = (
    '<div id="comments" class="comments-area"><h2>12 تعليق</h2><ol class="comment-list"><li><p>خبر جميل</p></li></ol>'
    '<div id="respond" class="comment-respond"><form action="/c"><p>لن يُنشر عنوان بريدك</p></form></div></div>'
)
SIGNPOST = '<p>The post <a href="/1">جسر</a> appeared first on <a href="/">موقع</a>.</p>'
BARE = "<p>شارك هذا الموضوع</p><p>فيسبوك</p><p>مواضيع ذات صلة</p><p>خبر آخر</p><p>12 تعليق</p>" + SIGNPOST
HANGING = {
    "shares": SHARES,
    "kindred": KINDRED,
    "comments": COMMENTS,
    "addtoany": '<div class="addtoany_share_save_container"><div class="a2a_kit"><a>Facebook</a></div></div>',
    "signpost": SIGNPOST,
    "bare": BARE,
    "all": SHARES + KINDRED + COMMENTS + SIGNPOST,
    "elements": "<nav><a>الرئيسية</a></nav><aside>إعلان</aside><form>بريدك</form><footer>حقوق</footer>",
    "silent": "<script>x</script><style>y</style><iframe>z</iframe><button>إرسال</button>",
}


def from_rss(content: str) -> ParsedArticle:
    item = (
        f"<title>جسر</title><link>https://x.example/1</link><description>{escape(PROSE[0])}</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    body = f'<rss version="2.0" {space}><channel><title>x</title><item>{item}</item></channel></rss>'
    return read_feed(body.encode(), URL, now=NOW).items[0]


def from_atom(content: str) -> ParsedArticle:
    entry = (
        f'<entry><id>1</id><title>جسر</title><link href="/1"/><content type="html">{escape(content)}</content></entry>'
    )
    return read_feed(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode(), URL, now=NOW).items[0]


def from_wordpress(content: str) -> ParsedArticle:
    post = {"guid": {"rendered": "1"}, "title": {"rendered": "جسر"}, "content": {"rendered": content}}
    return read_feed(orjson.dumps([post]), URL, now=NOW).items[0]


def from_json_feed(content: str) -> ParsedArticle:
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "items": [{"id": "1", "title": "جسر", "content_html": content}],
    }
    return read_feed(orjson.dumps(feed), URL, now=NOW).items[0]


def from_page(content: str) -> ParsedArticle:
    page = f"<html><body><article><h1>جسر</h1>{content}</article></body></html>"
    return parse_page(page.encode(), URL, now=NOW)


READERS: list[Callable[[str], ParsedArticle]] = [from_rss, from_atom, from_wordpress, from_json_feed, from_page]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("hanging", HANGING)
def test_the_text_is_the_article_s_whatever_it_is_read_from(read: Callable[[str], ParsedArticle], hanging: str) -> None:
    item = read(TEXT + HANGING[hanging])
    assert item.body.split("\n\n") == list(PROSE)
    assert " ".join(PROSE).startswith(item.lead.rstrip("…"))


@pytest.mark.parametrize(
    "line",
    [
        *("شارك هذا الموضوع:", "فيسبوك · تويتر · واتساب", "١٢ تعليقًا", "لا توجد تعليقات", "اترك تعليقًا", "اقرأ المزيد"),
        *("Share this:", "Facebook | X | Email", "12 comments", "Leave a reply", "Read more", "Continue reading"),
        *("Partager :", "3 commentaires", "Laisser un commentaire", "Lire la suite"),
        *("分享到：", "微信 微博", "12条评论", "阅读更多"),
        *("اقرأ أيضًا:\n\nالصين تطلق قمرًا", "Related posts\n\nA title\n\nAnother", "相关阅读\n\n中国发射卫星"),
        *("Articles similaires\n\nUn titre", "ظهرت المقالة جسر أولاً على موقع."),
    ],
)
def test_what_says_nothing_of_the_article_is_taken_from_its_end(line: str) -> None:
    text = "\n\n".join(PROSE)
    assert trim(f"{text}\n\n{line}") == text
    assert trim(f"{line}\n\n{text}").endswith(text)
    assert trim(line) == line


@pytest.mark.parametrize(
    "end",
    [
        "شارك الرئيس في قمة العشرين.",
        "وتعليقات القراء كثيرة",
        "Share prices fell by 3%",
        "Comments were not available",
        "分享会在北京举行",
        "مواضيع ذات صلة\n\nوقال الوزير إن العمل يبدأ غدا.",
        "Facebook said so",
    ],
)
def test_what_may_be_prose_stays_at_the_end(end: str) -> None:
    text = f"{PROSE[0]}\n\n{end}"
    assert trim(text) == text


@pytest.mark.parametrize(
    "around",
    [
        "<div class='share'>{}</div>",
        "<aside>{}</aside>",
        "<footer>{}</footer>",
        "<div class='comment-list'>x{}",  # nobody closes it
        "<form><p>{}",
        "<div class='sharing-is-caring related-to'>{}</div>",
        "<p class='share'>{}</p>",
        "<nav><div>{}</div></nav>",
    ],
)
def test_prose_stays_wherever_it_stands(around: str) -> None:
    for part in PROSE:
        assert part in html_to_text(around.format(f"<p>{part}</p>"))


def test_who_said_it_stays_with_what_was_said() -> None:
    assert html_to_text("<blockquote><p>قول</p><footer>فلان</footer></blockquote>") == "قول\n\nفلان"


sentences = st.text("ابتسفقم", min_size=81, max_size=120).map(lambda words: f"{words}.")
whole = st.builds("<p>{}</p>".format, sentences)


@given(st.lists(whole, min_size=1, max_size=4), st.lists(st.sampled_from(sorted(HANGING.values())), max_size=4))
def test_prose_stays_whole_between_whatever_hangs_there(prose: list[str], hanging: list[str]) -> None:
    mixed = [part for pair in zip(prose, [*hanging, "", "", "", ""], strict=False) for part in pair]
    body = from_wordpress("".join(mixed)).body
    kept = [html_to_text(part) for part in prose]
    assert [part for part in body.split("\n\n") if part in kept] == kept


LOST = st.lists(
    st.sampled_from(["<div class='share'>", "</div>", "<aside>", "<form>", "<ul class='essb_links'>", "<a>"])
)


@given(sentences, LOST, LOST)
def test_no_bar_that_is_left_open_takes_the_text_with_it(prose: str, before: list[str], after: list[str]) -> None:
    bars = [one for one in before if one not in {"<form>", "<a>"}]
    assert prose in html_to_text(f"{''.join(bars)}<p>{prose}</p>{''.join(after)}")


@pytest.mark.parametrize(
    "hanging", ["\n\nشارك هذا الموضوع:\n\nفيسبوك", "\n\nمواضيع ذات صلة\n\nخبر آخر", "\n\n12 تعليق"]
)
def test_what_we_read_better_is_no_correction(hanging: str) -> None:
    text = "\n\n".join(PROSE)
    before = Wording("جسر", PROSE[0], text + hanging)
    assert not is_material(before, Wording("جسر", PROSE[0], text))
    assert is_material(before, Wording("جسر", PROSE[0], text.replace("ستة", "سبعة")))
    assert is_material(before, Wording("قصر", PROSE[0], text))
    assert is_material(Wording("جسر", PROSE[0], f"{text}\n\n{PROSE[0]}"), Wording("جسر", PROSE[0], text))
    short = Wording("جسر", f"{PROSE[0]} شارك هذا الموضوع: فيسبوك", PROSE[0] + hanging)
    assert is_material(short, Wording("جسر", PROSE[1], PROSE[1]))


def test_a_text_that_was_read_once_and_is_read_twice_now_is_no_correction() -> None:
    before = Wording("جسر", "<p>نص المقال</p> &hellip;", "<p>نص المقال</p> &hellip;")
    assert not is_material(before, Wording("جسر", "نص المقال …", "نص المقال\n\n…"))
    assert is_material(before, Wording("جسر", "نص مقال آخر", "نص مقال آخر"))
