"""What hangs around the texts of articles and is no part of them: share bars, kindred posts, comments, signposts.

    by structure   what an element is called by the plugins that most sites have: a class or an id is a line of
                   SHELVES, or of BARS, whose elements may also be called so by chance
    by words       what stands at the end of a text and says only that: a line of LINES, in four languages

Careful in one direction: what might be prose stays. An element that nobody closes is left as it is, a bar in which a
whole sentence stands too, and of a text without its markup only the end is looked at.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from newsroom.text import fold, tokens

PARAGRAPH = "\n\n"
# Lists of what others wrote: kindred posts with the beginning of each, comments with what readers say.
SHELVES = {
    "crp_related", "jp-relatedposts", "jp-relatedposts-post", "jnews_inline_related_post", "related-articles",
    "related-news", "related-posts", "related_posts", "relatedposts", "rpbt_shortcode", "td_block_related_posts",
    "wp-block-jetpack-related-posts", "wp_rp_wrap", "yarpp", "yarpp-related", "zem_rp_wrap",
    "comment-form", "comment-list", "comment-respond", "commentlist", "comments-area", "disqus_thread", "fb-comments",
    "post-comments", "wp-block-comments", "wpd-threads", "wpdiscuz",
}  # fmt: skip
# What is pressed, in few words.
BARS = {
    "a2a_kit", "addthis_inline_share_toolbox", "addthis_toolbox", "addtoany_content", "addtoany_share_save_container",
    "article-share", "dpsp-content-wrapper", "entry-share", "essb_links", "et_social_inline", "fb-like",
    "heateor_sss_sharing_container", "jetpack-likes-widget-wrapper", "jetpack-sharing-buttons__services-list",
    "jnews_share_container", "jp-likes", "mashsb-container", "ns-buttons", "post-share", "robots-nocontent", "sd-block",
    "sd-like", "sd-sharing", "share", "share-bar", "share-buttons", "share-icons", "share-links", "share-this",
    "sharebar", "sharedaddy", "sharethis-inline-share-buttons", "shared-counts-wrap", "sharing", "sharing-buttons",
    "social-icons", "social-links", "social-share", "social-sharing", "ssba", "ssba-wrap", "swp_social_panel",
    "td-post-sharing", "tie-share", "twitter-share-button", "wp-block-jetpack-sharing-buttons", "wp-block-social-links",
    "comment-count", "comments", "comments-count", "comments-link", "comments-title", "respond",
    "more-link", "read-more", "readmore",
}  # fmt: skip
AROUND = {"aside", "footer", "nav"}  # elements that are bars by their very name
HINT = re.compile(
    r"<(?:aside|footer|form|nav)\b|"
    r"(?:shar|social|related|yarpp|comment|respond|discuz|disqus|_rp_|rpbt|likes?\b|a2a_|addt|dpsp|essb|mashsb|ns-but|"
    r"sd-|ssba|swp_|nocontent|more)",
    re.IGNORECASE | re.ASCII,
)
LONGEST_LABEL = 80  # characters outside of links that say what a bar is for; more of them are prose

# Where a text is shared, which stands for @ in LINES.
NETWORKS = (
    "facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|tumblr|email|e mail|print|messenger|threads|"
    "copy link|courriel|imprimer|فيسبوك|فيس بوك|تويتر|اكس|واتساب|واتس اب|تيليجرام|تيليغرام|تلغرام|تليجرام|لينكد ان|"
    "لينكدان|بينتريست|ماسنجر|البريد الالكتروني|بريد الكتروني|طباعه|نسخ الرابط|微信|微博|新浪微博|朋友圈|打印|复制链接"
)
OPENS = r"(?: (?:فتح في نافذه جديده|opens in new window|ouvre dans une nouvelle fenetre))?"
PRESS = "(?:click to share on|انقر للمشاركه علي|cliquez pour partager sur)"
# A line that is nothing else, as `tokens` tells it: folded words, with a space between.
LINES = (
    rf"(?:{PRESS} )?@{OPENS}(?: @{OPENS})*",
    r"(?:شارك|شاركها|شاركه|مشاركه)(?: (?:هذا|هذه|الموضوع|المقال|المقاله|الخبر|مع|اصدقائك|علي|عبر|و|@))*",
    r"share(?: (?:this|on|via|with|the|article|post|story|your|friends|@))*",
    r"partage[rz]?(?: (?:cet|ce|l|article|sur|via|@))*",
    r"(?:分享|分享到|分享至|分享本文)(?: @)*",
    r"\d+ (?:تعليق|تعليقا|تعليقات)|(?:لا يوجد|لا توجد|بدون|اضف|اكتب|اترك) (?:تعليق|تعليقا|تعليقات|ردا|رد|ردك|تعليقك)",
    r"(?:التعليقات|تعليقات)(?: \d+)?|تعليق واحد|تعليقان",
    r"(?:\d+|no) comments?|comments?(?: \d+)?|(?:leave|add|post) a (?:comment|reply)",
    r"(?:\d+|aucun) commentaires?|commentaires?(?: \d+)?|laisse[rz] un commentaire",
    r"\d+ ?条评论|评论(?: \d+)?|暂无评论|发表评论|发表回复",
    r"(?:اقرا|قراءه|للمزيد|اقرؤوا) ?(?:المزيد)?|read more|continue reading|lire la suite|阅读更多|阅读全文",
    r"the post .+ appeared first on .+|ظهرت المقاله .+ اولا? علي .+|l article .+ est apparu en premier sur .+",
)
# A line under which stand titles of other articles.
HEADINGS = (
    r"(?:مواضيع|موضوعات|اخبار|مقالات) (?:ذات صله|متعلقه|مشابهه)|(?:اقرا|اقراي|اقرؤوا|شاهد) ايضا|قد يعجبك ايضا",
    r"(?:related|see also|read also|also read)(?: (?:posts?|articles?|news|stories))?|you may also like",
    r"(?:articles|sujets|actualites) (?:similaires|connexes|lies)|lire aussi|a lire aussi|a lire egalement",
    r"相关(?:文章|阅读|新闻|报道|推荐)|延伸阅读|推荐阅读",
)
NETWORK, LINE, HEADING = re.compile(rf"\b(?:{NETWORKS})\b"), re.compile("|".join(LINES)), re.compile("|".join(HEADINGS))
MOST_TITLES, LONGEST_OTHER = 6, 120  # titles under a heading, and characters of one
LONGEST_LINE = 300  # characters of a line that is looked at
ENDS = tuple(".!?؟。！…؛:：")  # of what is said, which titles lack


def is_shelf(tag: str, names: Iterable[str]) -> bool:
    """Tell whether an element of these classes and ids holds what others wrote, or is to be filled in."""
    return tag == "form" or not SHELVES.isdisjoint(names)


def is_bar(tag: str, names: Iterable[str]) -> bool:
    """Tell whether an element is one of those around a text, if no prose stands in it."""
    return tag in AROUND or not BARS.isdisjoint(names)


def trim(text: str) -> str:
    """Answer a text without what hangs at its end; one that is nothing else stays."""
    parts = text.split(PARAGRAPH)
    end = _find_end(parts)
    return PARAGRAPH.join(parts[:end]) if end else text


def is_tidied(before: str, after: str) -> bool:
    """Tell whether a text lost nothing but what hangs around it, wherever that stood."""
    old, new = before.split(PARAGRAPH), after.split(PARAGRAPH)
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return all(kind == "equal" or (kind == "delete" and _hangs_around(old[at:end])) for kind, at, end, *_ in changes)


def _hangs_around(parts: Sequence[str]) -> bool:
    """Tell whether paragraphs are such lines, and titles under them."""
    return (_is_line(parts[0]) or _is_heading(parts[0])) and all(
        _is_line(part) or _may_be_title(part) for part in parts
    )


def _find_end(parts: Sequence[str]) -> int:
    end = len(parts)
    while (before := _step_back(parts, end)) < end:
        end = before
    return end


def _step_back(parts: Sequence[str], end: int) -> int:
    """Answer where a text ends without its last line, or its last list of other articles, if it has one there."""
    if end and _is_line(parts[end - 1]):
        return end - 1
    for at in range(end - 1, max(-1, end - 2 - MOST_TITLES), -1):
        if _is_heading(parts[at]):
            return at
        if not _may_be_title(parts[at]):
            break
    return end


def _may_be_title(part: str) -> bool:
    return len(part) <= LONGEST_OTHER and not part.endswith(ENDS)


def _is_line(part: str) -> bool:
    """Tell whether each line of a paragraph says nothing of the article."""
    return len(part) <= LONGEST_LINE and all(map(LINE.fullmatch, map(_words, part.split("\n"))))


def _is_heading(part: str) -> bool:
    return len(part) <= LONGEST_OTHER and HEADING.fullmatch(_words(part)) is not None


def _words(line: str) -> str:
    return NETWORK.sub("@", " ".join(tokens(line)) or fold(line).strip())
