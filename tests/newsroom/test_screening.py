"""Flags of replies: what raises each in the four languages, what nearly does, and that none decides anything."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.disguises import DISGUISES, HIDDEN, SENTENCES
from locales import LANGUAGES, texts
from newsroom.listed import Category, ListedWords, shipped_words
from newsroom.repeats import trace
from newsroom.screening import FLOOD, FLOOD_OF_NEW, Facts, Flag, FlagKind, screen
from newsroom.text import fold

CALM = {
    "ar": "شكرا على هذا الخبر المفيد، وأرجو أن نقرأ المزيد عن القطارات السريعة.",
    "en": "Thank you for this report, I would like to read more about the new trains.",
    "fr": "Merci pour cet article, je voudrais en savoir plus sur les nouveaux trains.",
    "zh": "谢谢这篇报道，希望以后能读到更多关于高铁的消息。",
}
DRESSINGS = {name: DISGUISES[name] for name in ("tatweel", "harakat", "zero-width joiners", "presentation forms")}
OWN = ListedWords({Category.INSULT: HIDDEN})


def kinds(text: str, facts: Facts | None = None) -> set[FlagKind]:
    return {flag.kind for flag in screen(text, facts or Facts()).flags}


def evidence(kind: FlagKind, text: str, facts: Facts | None = None) -> tuple[str, ...]:
    return next((flag.said for flag in screen(text, facts or Facts()).flags if flag.kind is kind), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calm_reply_raises_nothing(language: str) -> None:
    assert kinds(CALM[language], Facts(language=language, is_new=True)) == set()


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("التفاصيل في https://example.com/a?b=1 لمن أراد", "example.com"),
        ("زوروا www.example.com الآن", "example.com"),
        ("زوروا example.com الآن", "example.com"),
        ("الرابط hxxps://example.org/x", "example.org"),
        ("قناتنا t.me/somechannel تنتظركم", "t.me"),
        ("ادخل example [dot] com واربح", "example.com"),
        ("ادخل example نقطة كوم واربح", "example.com"),
        ("go to example dot net today", "example.net"),
        ("请看example.cn的内容", "example.cn"),
        ("voir ｅｘａｍｐｌｅ．ｃｏｍ pour la suite", "example.com"),
        ("انظر exam\u200bple.com", "example.com"),
    ],
)
def test_a_link_is_seen_however_it_is_written(text: str, host: str) -> None:
    assert evidence(FlagKind.LINK, text) == (host,)


@pytest.mark.parametrize(
    "text",
    [
        "انتهى الخبر.ثم بدأ التعليق",
        "It ended.The next one began, i.e. at 10.30",
        "version 2.5/3.0 is out",
        "He said so.me too",
        "Le prix est de 3.50 euros",
        "增长了3.5个百分点",
        "وصلت النسبة إلى 3.5/10",
    ],
)
def test_what_only_has_a_dot_is_no_link(text: str) -> None:
    assert FlagKind.LINK not in kinds(text)


def test_a_link_to_the_site_itself_is_none() -> None:
    facts = Facts(hosts={"example.org"})
    assert evidence(FlagKind.LINK, "https://www.example.org/1 و https://ar.example.org/2", facts) == ()
    assert evidence(FlagKind.LINK, "https://notexample.org/1", facts) == ("notexample.org",)


@pytest.mark.parametrize(
    "text",
    [
        "راسلني على name@example.com",
        "راسلني على name [at] example [dot] com",
        "للتواصل ٠٥٥١٢٣٤٥٦٧",
        "اتصل على 055 123 4567",
        "واتساب: 1234567",
        "call me on +44 20 7946 0000",
        "whatsapp 5551234567",
        "加微信：abc12345",
        "电话13800000000",
        "appelez le 01 23 45 67 89",
        "suivez @someaccount",
    ],
)
def test_a_way_to_reach_somebody_is_seen(text: str) -> None:
    assert FlagKind.CONTACT in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "بلغت الصادرات 1,234,567,890 دولار",
        "بين 2020-2025 ارتفع العدد",
        "يوم 01-12-2024 عند الساعة 10:30",
        "بلغ العدد 1400000000 نسمة",
        "the score was 3-1 in 1998, 2002 and 2010",
        "growth of 0.00000012 per cent",
        "2020年1月1日到2021年12月31日",
        "un budget de 12 500 000 euros",
        "telegram channels are read by many",
    ],
)
def test_a_number_of_the_news_is_no_telephone(text: str) -> None:
    assert FlagKind.CONTACT not in kinds(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FlagKind.INSULT, "يا لك من أحمق"),
        (FlagKind.INSULT, "what an idiot you are"),
        (FlagKind.INSULT, "quel abruti, celui-là"),
        (FlagKind.INSULT, "你真是个白痴"),
        (FlagKind.INSULT, "你真是个白 * 痴"),
        (FlagKind.INSULT, "هؤلاء أولاد الكلب"),
        (FlagKind.INCITEMENT, "اقتلوهم ولا ترحموا"),
        (FlagKind.INCITEMENT, "they deserve to die"),
        (FlagKind.INCITEMENT, "tuez-les sans attendre"),
        (FlagKind.INCITEMENT, "把他们杀光"),
        (FlagKind.ADVERTISING, "معنا أرباح مضمونة للجميع"),
        (FlagKind.ADVERTISING, "earn money from your sofa"),
        (FlagKind.ADVERTISING, "de l’argent facile chez nous"),
        (FlagKind.ADVERTISING, "手机刷单轻松赚"),
    ],
)
def test_a_listed_word_is_seen_in_every_language(kind: FlagKind, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "الحمقة اسم قرية",
        "كلب الحراسة أنقذ الطفل",
        "idiomatic English",
        "la poste a salué le projet",
        "他很明白，痴迷科学",
    ],
)
def test_what_only_looks_like_a_listed_word_is_not_seen(text: str) -> None:
    assert kinds(text).isdisjoint({FlagKind.INSULT, FlagKind.INCITEMENT, FlagKind.ADVERTISING})


def test_a_hidden_word_is_told_with_how_it_was_written() -> None:
    assert evidence(FlagKind.INSULT, "أنت ح ق ي ر حقا") == ("ح ق ي ر = حقير",)
    assert evidence(FlagKind.INSULT, "أنت حقـــير") == ("حقـــير",)


@pytest.mark.parametrize("name", DISGUISES)
def test_at_least_99_of_100_disguised_words_raise_the_flag(name: str) -> None:
    chance, missed, hidden = Random(name), [], 0  # noqa: S311  (no secret)
    for word in HIDDEN:
        written = DISGUISES[name](word, chance)
        text = chance.choice(SENTENCES).format(written)
        hidden += written != word
        if FlagKind.INSULT not in {flag.kind for flag in screen(text, Facts(), OWN).flags}:
            missed.append((word, text))
    assert len(missed) <= hidden * 0.01, missed


def test_a_newsrooms_own_words_take_the_place_of_the_shipped_ones() -> None:
    own = ListedWords({Category.ADVERTISING: ["قطارات"]})
    assert [flag.kind for flag in screen("القطارات يا أحمق", Facts(), own).flags] == [FlagKind.ADVERTISING]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_author_sends_again_is_seen_though_a_word_is_changed(language: str) -> None:
    before = trace(CALM[language])
    again = CALM[language] + {"ar": " نعم", "en": " Yes", "fr": " Oui", "zh": "好"}[language]
    flags = screen(again, Facts(own=[before, trace("قول آخر لا علاقة له بما سبق من الكلام")])).flags
    assert Flag(FlagKind.REPEATED, times=1) in flags
    assert FlagKind.REPEATED not in kinds(
        CALM[language], Facts(own=[trace(CALM[other]) for other in LANGUAGES if other != language])
    )


def test_what_others_sent_too_is_seen() -> None:
    facts = Facts(others=[trace(CALM["ar"]), trace(CALM["en"]), trace(CALM["ar"])])
    assert Flag(FlagKind.COPIED, times=2) in screen(CALM["ar"], facts).flags


def test_short_thanks_are_no_copy() -> None:
    assert FlagKind.COPIED not in kinds("شكرا جزيلا لكم", Facts(others=[trace("شكرا جزيلا لكم")]))


def test_what_spam_is_sent_for_leads_away() -> None:
    assert screen("قناتنا فيها كل جديد، تابعونا على t.me/somechannel يوميا").leads_away
    assert not screen(CALM["ar"], Facts(others=[trace(CALM["ar"])] * 3)).leads_away


def test_flooding_is_seen_sooner_of_who_is_new() -> None:
    text = CALM["ar"]
    assert FlagKind.FLOODING not in kinds(text, Facts(sent_lately=FLOOD - 2))
    assert Flag(FlagKind.FLOODING, times=FLOOD) in screen(text, Facts(sent_lately=FLOOD - 1)).flags
    assert FlagKind.FLOODING in kinds(text, Facts(sent_lately=FLOOD_OF_NEW - 1, is_new=True))
    assert FlagKind.FLOODING not in kinds(text, Facts(sent_lately=FLOOD_OF_NEW - 2, is_new=True))


@pytest.mark.parametrize("word", ["сasino", "paypаl", "حmار", "freе"])
def test_a_word_of_two_scripts_is_seen(word: str) -> None:
    assert evidence(FlagKind.MIXED, f"هذه {word} هنا") == (word,)


@pytest.mark.parametrize(
    "text", ["فحص الـDNA مهم", "قناة بـCNN", "采用DeepSeek模型", "شبكات 5G في الصين", "à l’été", "Δ t"]
)
def test_scripts_side_by_side_are_not_mixed(text: str) -> None:
    assert FlagKind.MIXED not in kinds(text)


@pytest.mark.parametrize("text", ["THIS IS A SCANDAL FOR ALL", "C’EST UN SCANDALE POUR NOUS"])
def test_shouting_is_seen(text: str) -> None:
    assert FlagKind.SHOUTED in kinds(text)


@pytest.mark.parametrize(
    "text", ["UNESCO, WHO", "The IMF and the WTO met UNESCO", "حضرت UNESCO و UNICEF", CALM["ar"], CALM["zh"]]
)
def test_capitals_of_names_are_no_shouting(text: str) -> None:
    assert FlagKind.SHOUTED not in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["رائعععععع", "كذب!!!!!!!", "sooooo good", "c’est nuuuuul", "شكـــــــرا", "为什么？？？？？？", "好好好好好"],
)
def test_stretched_letters_are_seen(text: str) -> None:
    assert FlagKind.STRETCHED in kinds(text)


@pytest.mark.parametrize(
    "text", ["هههههههه", "哈哈哈哈哈哈", "hhhhhh", "الله أكبر!", "10000000", "نعم... ربما", "رحمة الله"]
)
def test_laughter_numbers_and_a_doubled_letter_are_not_stretched(text: str) -> None:
    assert FlagKind.STRETCHED not in kinds(text)


@pytest.mark.parametrize("text", ["لا", "👍👍👍", "...", "ok", "好", "123"])
def test_what_says_next_to_nothing_is_short(text: str) -> None:
    assert FlagKind.SHORT in kinds(text)


@pytest.mark.parametrize("text", ["خبر جميل", "well done", "写得好", "bien dit"])
def test_two_words_are_not_short(text: str) -> None:
    assert FlagKind.SHORT not in kinds(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_another_language_than_the_articles_is_seen(language: str, other: str) -> None:
    seen = evidence(FlagKind.LANGUAGE, CALM[other], Facts(language=language))
    assert seen == (() if other == language else (other,))


def test_a_script_that_is_none_of_ours_is_named() -> None:
    assert evidence(FlagKind.LANGUAGE, "Спасибо за новость", Facts(language="ar")) == ("cyrillic",)


@pytest.mark.parametrize(
    "text",
    [
        "sba7 el kheir ya gama3a, el khabar da 7elw awy",
        "3ala fekra el mawdoo3 da mohem w lazem nekteb 3anno",
        "kifek ya sadi2i, inshallah kheir la tensa",
        "الخبر ده حلو أوي والله يا جماعة",
        "هالخبر كتير مهم، شو رأيكن؟",
        "وش هالكلام، ما عندي مشكلة أبد",
        "هاد الخبر زوين بزاف",
    ],
)
def test_dialect_and_arabic_in_latin_letters_raise_nothing(text: str) -> None:
    assert kinds(text, Facts(language="ar", is_new=True)) == set()


@given(st.sampled_from(HIDDEN), st.sampled_from(sorted(DRESSINGS)), st.integers())
def test_a_text_that_is_dressed_up_raises_the_same_flags(word: str, name: str, seed: int) -> None:
    plain = f"هذا كلام عن {word} في المدينة كتبه قارئ"
    dressed = " ".join(DRESSINGS[name](one, Random(seed)) for one in plain.split())  # noqa: S311  (no secret)
    facts = Facts(language="ar", own=[trace(plain)])
    found = [flag for flag in screen(dressed, facts, OWN).flags if flag.kind is not FlagKind.STRETCHED]
    assert [flag.kind for flag in found] == [flag.kind for flag in screen(plain, facts, OWN).flags]
    assert fold(found[0].said[0]) == fold(screen(plain, facts, OWN).flags[0].said[0])


@given(st.text(max_size=200))
def test_any_text_can_be_screened_and_told(text: str) -> None:
    facts = Facts(language="ar", own=[trace(text)], others=[trace(text)], sent_lately=9)
    flags = screen(text, facts).flags
    assert flags == screen(text, facts).flags
    assert [flag.kind for flag in flags] == sorted({flag.kind for flag in flags}, key=list(FlagKind).index)
    assert all(flag.times or flag.kind is FlagKind.SHORT for flag in flags)
    for language in LANGUAGES:
        assert all(texts(language)(flag.key, **flag.values) for flag in flags)


def test_the_shipped_words_are_found_as_they_are_listed() -> None:
    listed = shipped_words()
    assert len(listed.words) > 150
    assert [word for word in listed.words if word not in {one.word for one in listed.find(f"x {word} y")}] == []
