"""Words for synthetic articles: real Arabic stems with what is joined to them, little words and made-up names.

How often a word comes falls with its rank, as in any language (Zipf). They mean nothing together.
"""

from collections.abc import Iterator
from itertools import accumulate, product
from random import Random

LITTLE = "في من على إلى عن مع أن التي الذي هذا هذه بعد قبل بين خلال كما قد كان وقال ما لا أو ثم حتى عند منذ حول عبر"
STEMS = """
صين قال عام رئيس وزير دولة حكومة شركة تعاون اقتصاد تجارة علاقة بلد عالم منطقة شعب مدينة مشروع تنمية استثمار قطاع سوق
اتفاق خطة قمة زيارة لقاء مؤتمر منتدى مبادرة طريق حزام ميناء قطار سكة مطار جسر نفق مصنع صناعة إنتاج تصدير استيراد صادر
وارد سلعة بضاعة جمارك ضريبة بنك مال عملة يوان دولار سعر نمو ربع نسبة مليار مليون ألف طن برميل نفط غاز طاقة كهرباء شمس
ريح بطارية سيارة حافلة طائرة سفينة قمر صاروخ فضاء مسبار محطة علم بحث باحث جامعة طالب مدرسة تعليم لغة كتاب ثقافة تراث
متحف معرض فيلم فن فنان موسيقى مهرجان عيد احتفال صحة طب طبيب مستشفى لقاح مرض دواء علاج وقاية فيروس رياضة فريق لاعب
مباراة كأس بطولة ملعب مدرب أمن دفاع جيش قوة سلام حرب هدنة حدود نزاع حوار قرار مجلس قانون محكمة حزب انتخاب سياسة
دبلوماسي سفير سفارة بيان تصريح متحدث صحيفة خبر تقرير دراسة خبير محلل رأي سؤال جواب تحد فرصة أزمة حل دعم مساعدة منحة
قرض دين فقر غذاء زراعة قمح أرز شاي محصول مزارع ري ماء نهر سد بحر محيط جبل صحراء غابة حيوان نمر بيئة مناخ تلوث كربون
انبعاث حرارة مطر فيضان زلزال إعصار إنقاذ إغاثة سياحة سائح فندق رحلة تأشيرة مطعم طعام مجتمع أسرة طفل شاب امرأة مسن
سكان بيت سكن عقار عمل عامل أجر تقاعد رعاية خدمة تقنية حاسوب هاتف شبكة إنترنت برنامج بيانات ذكاء اصطناعي روبوت رقاقة
معدن حديد نحاس ليثيوم فحم هيدروجين نووي ابتكار براءة معيار جودة سلامة شحن لوجستي حاوية مخزن توريد سلسلة متجر مستهلك
طلب عرض إعلان علامة منافسة إصلاح انفتاح حداثة ريف مقاطعة إقليم بلدية قرية شارع مترو نقل مرور وقود إطار هيكل نظام لجنة
هيئة وكالة منظمة اتحاد رابطة مجموعة عضو شريك طرف جانب مصلحة سيادة استقرار أمل نجاح إنجاز تقدم تطور زيادة ارتفاع انخفاض
تراجع توازن عجز فائض ميزانية احتياطي ذهب سهم سند بورصة مستثمر رأس ثروة تمويل صندوق تأمين مخاطرة أفق مستقبل تاريخ قرن
عقد شهر أسبوع يوم ساعة صباح مساء ربيع صيف خريف شتاء شمال جنوب شرق غرب وسط قلب ضوء صورة صوت لون شكل حجم طول عرض عمق
"""
FRONTS = {"": 8, "ال": 9, "وال": 2, "بال": 2, "لل": 1, "و": 2, "ب": 1, "ل": 1}
REARS = {"": 12, "ة": 2, "ات": 2, "ية": 2, "ي": 2, "ها": 1, "ين": 1, "ه": 1}
SYLLABLES = "تشا لين شو مار دا ني هو رو كا ما زين يو بي سان تو كيم ران لو في غو شان بار دين نا مي سو تي را"
OFFSET = 2.7  # of Mandelbrot's form of the law
SENTENCE, TITLE = 14, 9  # words


class Vocabulary:
    """Words by how often they come; the same seed tells the same texts."""

    def __init__(self, seed: int = 7) -> None:
        self.random = Random(seed)  # noqa: S311  (repeatable on purpose)
        self.stems = list(dict.fromkeys(STEMS.split()))
        self.names = ["".join(parts) for parts in product(SYLLABLES.split(), repeat=3)]
        weighed = [*self._weigh()]
        self._words = [word for word, _ in weighed]
        self._totals = [*accumulate(weight for _, weight in weighed)]

    def _weigh(self) -> Iterator[tuple[str, float]]:
        ranked = [*LITTLE.split(), *self.stems, *self.names]
        for rank, word in enumerate(ranked, 1):
            weight = 1 / (rank + OFFSET)
            if word in self.stems:
                every = sum(FRONTS.values()) * sum(REARS.values())
                for (front, often), (rear, how_often) in product(FRONTS.items(), REARS.items()):
                    yield front + word + rear, weight * often * how_often / every
            else:
                yield word, weight

    def write(self, characters: int) -> tuple[str, str]:
        """Answer a title and a text of about so many characters."""
        words = self.random.choices(self._words, cum_weights=self._totals, k=TITLE + characters // 6 + 1)
        text = [f"{word}." if place % SENTENCE == 0 else word for place, word in enumerate(words[TITLE:], 1)]
        return " ".join(words[:TITLE]), " ".join(text)[:characters].rsplit(" ", 1)[0]
