"""The page of a post on a real theme: the article is taken from it, and nothing that hangs around it."""

from collections.abc import AsyncIterator

import pytest

from tests.wordpress.conftest import Newsroom
from tests.wordpress.site import WordPress, next_second, sample

pytestmark = pytest.mark.wordpress

BODY = """
انطلقت من كونمينغ، صباح الأحد، حافلة صفراء تحمل أربعة آلاف كتاب إلى قرى لا تصل إليها المكتبات. وستمضي في الطريق خمسة
أسابيع، تتوقف في كل قرية يومًا واحدًا، وتترك في مدرستها صندوقًا من الكتب.

وتقول صاحبة الفكرة، وهي أمينة مكتبة متقاعدة، إنها بدأت بدراجة ثلاثية العجلات قبل عشر سنوات. ثم تبرع تجار المدينة
بالحافلة، وتولى طلاب الجامعة ترتيب الرفوف وتسجيل الإعارات على ألواح رقمية.

ولا يُطلب من القارئ سوى أن يعيد الكتاب إلى صندوق قريته حين يفرغ منه. ومن أربعين ألف إعارة في الموسم الماضي لم تُفقد إلا
مئة نسخة، أكثرها من كتب الطبخ والحكايات الشعبية.

نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة.
"""
COMMENTS = ("شكرًا على هذا الخبر الجميل، أتمنى أن تصل الحافلة إلى قريتنا.", "متى تمر الحافلة بمدينة دالي؟")


@pytest.fixture
async def summary(site: WordPress) -> AsyncIterator[str]:
    """The site's feed when it tells but the beginning of each post, as its settings allow."""
    await site.do("shorten_feed", 1)
    yield site.feed_url
    await site.do("shorten_feed", 0)


async def test_the_text_of_a_teaser_is_read_from_its_page_without_share_bar_comments_and_kindred_posts(
    site: WordPress, newsroom: Newsroom, summary: str
) -> None:
    title = sample("مكتبة متنقلة تجوب قرى الجبال")
    await newsroom.begin(summary)
    await next_second()
    post = await site.publish(title, BODY)
    for comment in COMMENTS:
        await site.comment(post, comment)
    page = await newsroom.collector.fetcher.fetch(post.url)
    told = (page.body or b"").decode()
    assert all(words in told for words in (*COMMENTS, "شارك هذا الموضوع", "مواضيع ذات صلة"))
    await newsroom.read()
    ((_, _, body, _),) = await newsroom.find(title)
    assert body.split() == BODY.split()
