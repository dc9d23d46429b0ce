"""What the sample site writes when it is asked to: articles without end, corrections, withdrawals; all invented."""

from dataclasses import replace
from itertools import count
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
    ("خط حديدي يصل المرفأ بالداخل", "يبلغ طول الخط {n} كيلومترًا"),
    ("محطة للطاقة الشمسية في الصحراء", "تبلغ قدرة المحطة {n} ميغاواط"),
    ("مستشفى جامعي لطب القلب", "يضم المستشفى {n} سريرًا"),
    ("معرض للمخطوطات والخزف القديم", "يضم المعرض {n} قطعة"),
    ("مصنع لبطاريات السيارات", "يعمل في المصنع {n} عاملًا"),
    ("برنامج منح لدارسي اللغة الصينية", "يشمل البرنامج {n} طالبًا"),
    ("سد لتخزين مياه الأمطار", "يروي السد {n} هكتارًا"),
    ("مرصد فلكي على قمة جبلية", "يرتفع المرصد {n} مترًا"),
)


class Writer:
    """Writes for the site. The samples come first, then what is made up of countries and subjects, never the same."""

    def __init__(self, site: SampleSite, samples: int) -> None:
        self._site = site
        self._samples = samples
        self._numbers = count()

    def publish(self) -> None:
        """Publish the next article."""
        if self._samples > 0:
            self._samples -= 1
            self._site.publish()
        else:
            self._site.publish(invent(next(self._numbers)))

    def publish_many(self, many: int) -> None:
        """Publish many at once, none of which is like another."""
        for _ in range(many):
            self._site.publish(invent(next(self._numbers)))

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
    subject, measure = SUBJECTS[number // len(COUNTRIES) % len(SUBJECTS)]
    told = measure.format(n=137 + 29 * number)
    return SampleArticle(
        f"sample-{number}",
        f"الصين و{country}: اتفاق على {subject}",
        f"وقّعت الصين و{country} اتفاقًا لإنشاء {subject}. و{told}.",
        f"وُقّع الاتفاق في حفل قصير، على أن يبدأ العمل في الربيع. و{told}، بحسب ما أُعلن في الحفل.\n\n{NOTE}",
        categories=("اقتصاد",),
        tags=(country,),
    )


def preview(site: SampleSite, url: str) -> Json | None:
    """Answer the title and lead of an article of the site, by its address."""
    if not url.startswith(f"{site.url}/"):
        return None
    slug = unquote(url.removeprefix(site.url).partition("?")[0]).strip("/")
    found = next((article for article, _ in site.published if article.slug == slug), None)
    return {"title": found.title, "description": found.lead, "site": site.title} if found else None
