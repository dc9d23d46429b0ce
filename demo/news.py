"""What the sample site writes when it is asked to: articles without end, corrections, withdrawals; all invented.

The next one is of a topic that the reader follows, so that whoever tries it out sees it arrive.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import unquote

from sandbox.site import SampleArticle, SampleSite
from sandbox.world import Json

NOTE = "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة."
COUNTRIES = (
    "مصر",
    "السعودية",
    "كازاخستان",
    "باكستان",
    "إندونيسيا",
    "كينيا",
    "البرازيل",
    "فرنسا",
    "اليابان",
    "تونس",
    "إثيوبيا",
    "ماليزيا",
    "العراق",
    "تركيا",
    "المكسيك",
    "إيطاليا",
    "المغرب",
)
SUBJECTS = (
    ("خط حديدي يصل المرفأ بالداخل", "يبلغ طول الخط {n} كيلومترًا", "الحزام والطريق"),
    ("محطة للطاقة الشمسية في الصحراء", "تبلغ قدرة المحطة {n} ميغاواط", "طاقة ومناخ"),
    ("مستشفى جامعي لطب القلب", "يضم المستشفى {n} سريرًا", "صحة"),
    ("معرض للمخطوطات والخزف القديم", "يضم المعرض {n} قطعة", "ثقافة وتراث"),
    ("مصنع لبطاريات السيارات", "يعمل في المصنع {n} عاملًا", "تجارة واستثمار"),
    ("برنامج منح لدارسي اللغة الصينية", "يشمل البرنامج {n} طالبًا", "تعليم"),
    ("سد لتخزين مياه الأمطار", "يروي السد {n} هكتارًا", "زراعة وغذاء"),
    ("مرصد فلكي على قمة جبلية", "يرتفع المرصد {n} مترًا", "علوم وفضاء"),
)
# Under what the site files that of which readers follow the topic.
CATEGORIES = {
    "s:politics": "سياسة",
    "s:diplomacy": "سياسة خارجية",
    "s:economy": "اقتصاد",
    "s:trade": "تجارة واستثمار",
    "s:belt-road": "الحزام والطريق",
    "s:technology": "تكنولوجيا",
    "s:science-space": "علوم وفضاء",
    "s:energy-climate": "طاقة ومناخ",
    "s:security": "أمن ودفاع",
    "s:health": "صحة",
    "s:society": "مجتمع",
    "s:culture": "ثقافة وتراث",
    "s:education": "تعليم",
    "s:tourism": "سياحة وسفر",
    "s:sports": "رياضة",
    "s:agriculture": "زراعة وغذاء",
    "s:opinion": "رأي",
}


class Writer:
    """Writes for the site. The samples come first, then what is made up of countries and subjects, never the same."""

    def __init__(self, site: SampleSite, samples: Sequence[SampleArticle]) -> None:
        self._site = site
        self._samples = [*samples]
        self._number = 0  # of what is made up next

    def publish(self, followed: Collection[str] = ()) -> None:
        """Publish the next article: of what is followed, where there is one among the next."""
        wanted = {CATEGORIES[tag] for tag in followed if tag in CATEGORIES}
        coming = [*self._samples, *(invent(number) for number in range(self._number, self._number + len(SUBJECTS)))]
        article = next((one for one in coming if wanted.intersection(one.categories)), coming[0])
        if article in self._samples:
            self._samples.remove(article)
        else:
            self._number += coming.index(article) - len(self._samples) + 1
        self._site.publish(article)

    def publish_many(self, many: int) -> None:
        """Publish many at once, none of which is like another."""
        for _ in range(many):
            self._site.publish(invent(self._number))
            self._number += 1

    def correct(self) -> None:
        """Correct the newest article: it says another number now."""
        article, at = self._site.published.pop()
        mended = f"تصويب: بلغ عدد الحاضرين {40 + len(article.body) % 50} لا {12 + len(article.body) % 9}."
        corrected = replace(article, lead=f"{article.lead} {mended}", body=f"{mended}\n\n{article.body}")
        self._site.published.append((corrected, at))

    def withdraw(self) -> None:
        """Take the newest article off the site."""
        if self._site.published:
            self._site.published.pop()


def invent(number: int) -> SampleArticle:
    """Answer an article by its number."""
    country = COUNTRIES[number % len(COUNTRIES)]
    subject, measure, category = SUBJECTS[number % len(SUBJECTS)]
    told = measure.format(n=137 + 29 * number)
    return SampleArticle(
        f"sample-{number}",
        f"الصين و{country}: اتفاق على {subject}",
        f"وقّعت الصين و{country} اتفاقًا لإنشاء {subject}. و{told}.",
        f"وُقّع الاتفاق في حفل قصير، على أن يبدأ العمل في الربيع. و{told}، بحسب ما أُعلن في الحفل.\n\n{NOTE}",
        categories=(category,),
        tags=(country,),
    )


def preview(site: SampleSite, url: str) -> Json | None:
    """Answer the title and lead of an article of the site, by its address."""
    if not url.startswith(f"{site.url}/"):
        return None
    slug = unquote(url.removeprefix(site.url).partition("?")[0]).strip("/")
    found = next((article for article, _ in site.published if article.slug == slug), None)
    return {"title": found.title, "description": found.lead, "site": site.title} if found else None
