"""The catalogues: four languages, the same texts, the same placeholders, the right plurals, nothing forgotten."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages import Catalog
from babel.messages.pofile import read_po
from sqlalchemy import CheckConstraint

from bot.callbacks import OF_CHANNELS, Act
from bot.channels import MARKS
from bot.handlers.confirming import MATTERS
from bot.handlers.correcting import TAKEN
from bot.handlers.grouping import DEEDS
from bot.handlers.words import COMMANDS, find_command
from bot.manners import MINUTES
from bot.menus import GROUP_MENU, MENU, READER_COMMANDS, STAFF_COMMANDS
from bot.sources import VALUES
from bot.ways import ASKING, BUTTONS, question_of
from db.tables import subscribers
from demo.strip import FIGURES, GROUPS, TOUR
from locales import DIGITS, END_ISOLATE, ISOLATE, LANGUAGES, Html, Label, choose_language, texts
from newsroom.bans import Telling
from newsroom.broadcasts import SWITCHES, Do, Phase
from newsroom.changes import Wording
from newsroom.crowds import CHATS, RHYTHMS, Trait
from newsroom.dossiers import SENDABLE, Stand
from newsroom.findings import NAMES as FINDINGS
from newsroom.policy import POLICIES
from newsroom.progress import Cause
from newsroom.pushes import INTERACTIVE, Lane, PushState
from newsroom.reading import Kind
from newsroom.reasons import FAULTS
from newsroom.replies import Action, Code, State
from newsroom.roles import Role
from newsroom.screening import FlagKind
from newsroom.setup import Desk, Step
from newsroom.stats import Outcome, Span
from newsroom.topics import ZONES
from newsroom.transitions import TRANSITIONS
from newsroom.waves import Verdict, WaveKind

ROOT = Path(__file__).parent.parent
ARABIC_OR_HAN = re.compile(r"[\u0600-\u06ff\u4e00-\u9fff]")
LONGEST_LABEL = 64  # characters of a button that a phone still shows
TELEGRAM_TAGS = {"b", "code", "a"}
# Keys that are put together in the code: each beginning with what may follow it.
COMPOSED: dict[str, Iterable[str]] = {
    "desk.push.": PushState,
    "desk.source.": ["failing", "gone", "known", "well"],
    "fault.": FAULTS,
    "command.": [*READER_COMMANDS, *(name for names in STAFF_COMMANDS.values() for name in names)],
    "channels.": [*MARKS],
    "demo.control.": [name for names in GROUPS.values() for name in names],
    "demo.figure.": FIGURES,
    "demo.group.": GROUPS,
    "demo.tour.": TOUR,
    "doctor.": FINDINGS,
    "doctor.lane.": [lane.name.lower() for lane in Lane if lane not in INTERACTIVE],
    "audit.by.": ["cli", "source", "settings"],
    "act.": [
        *(f"{deed}-article" for deed in ("publish", "refuse", "correct", "retract", "file", "bring", "reread")),
        *(f"{deed}-article" for deed in ("send", "break", "rewrite", "forgo", "keep")),
        *(f"source-{said}" for said in (*POLICIES, "pause", "resume", "remove")),
        *(f"{deed}-push" for deed in ("pause", "resume", "cancel")),
        *(f"{act}-channel" for act in OF_CHANNELS - {Act.GO}),
        *("add-source", "remove-source", "import-sources", "attach-channel", "send-push-once", "doubt-arrived"),
        "clear-audit",
        *(
            "doubt-again",
            "doubt-gone",
            "change-topic",
            "ban-author",
            "lift-ban",
            "keep-ban",
            "close-replies",
            "open-replies",
            "block-word",
            "unblock-word",
            "decide-wave",
            "undo-wave",
            "grant-role",
            "revoke-role",
            "make-link",
            "take-back-link",
            "accept-role",
            "renew-secret",
            "import-model",
            "reindex",
            "back-up",
            "restore",
            "choose-desk",
            "subscribe-group",
            "leave-group",
        ),
        *(
            f"{deed}-broadcast"
            for deed in ("send", "schedule", "ask", "refuse", "recall", "pause", "resume", "stop", "amend", "withdraw")
        ),
        *("ask-correction", "refuse-correction"),
    ],
    "broadcast.amended.": ["sure", "asked"],
    "words.": [*COMMANDS, *(f"language.{code}" for code in LANGUAGES)],
    "prompt.": ["follow", "mute", "timezone", "location"],
    "keyword.": ["little", "number", "short", "long"],
    "follow.": ["done", "already"],
    "unfollow.": ["done", "nothing"],
    "mute.": ["done", "already"],
    "unmute.": ["done", "nothing"],
    "zone.": [*ZONES, "category", "likeness", "source"],
    "sources.policy.": POLICIES,
    "sources.side.": POLICIES,
    "sources.value.": ["quiet", *VALUES],
    "sources.hub.": ["new", "asked", "verified", "live", "refused"],
    "button.source.": ["export", "import"],
    "button.words.": ["export", "load"],
    "sources.how.": POLICIES,
    "button.": ["publish", "refuse", "rewrite", "retract", "keep", "arrived", "again", "gone"],
    "button.hear.": ["on", "off"],
    "share.doubt.": ["new", "old", "kept", "arrived", "again", "gone"],
    "button.card.": [*BUTTONS],
    "button.role.": ["give", "leave"],
    "button.group.": DEEDS,
    "setup.step.": Step,
    "setup.ask.": {*Step} - {Step.STAFF, Step.TEST},
    "setup.desk.": Desk,
    "button.staff.": ["give", "take", "accept", "decline"],
    "role.name.": Role,
    "role.may.": Role,
    "card.state.": {*State} - {State.DRAFT},
    "card.ask.": {question_of(ask) for ask in ASKING},
    "ban.told.": Telling,
    "card.told.": ["edit", "return", "reject"],
    "done.": {action for action, line in TRANSITIONS.items() if line.counts} | {Action.DRAFT},
    "reason.": [*Code, "spam"],
    "probe.": ["added", "known", "read"],
    "probe.kind.": [kind.name.lower() for kind in Kind if kind is not Kind.PAGE],
    "withdrawn.": ["followed", "kept"],
    "flag.": FlagKind,
    "wave.": WaveKind,
    "wave.decided.": Verdict,
    "button.wave.": ["look", "undo", *Verdict],
    "dossier.": ["reached", "under_way", "missed", "uncertain"],
    "dossier.stand.": Stand,
    "dossier.cannot.": {*Stand} - SENDABLE - {Stand.JOINED},
    "dossier.sure.": MATTERS,
    "button.dossier.sure.": MATTERS,
    "dossier.part.": Wording._fields,
    "dossier.ask.": TAKEN,
    "broadcast.phase.": Phase,
    "broadcast.hint.": ["draft", "asked", "scheduled"],
    "broadcast.manner.": SWITCHES,
    "broadcast.switch.": SWITCHES,
    "broadcast.cause.": Cause,
    "broadcast.": ["sent", "failed", "uncertain", "left", "later", "unsent", "taken"],
    "broadcast.doing.": Do,
    "broadcast.undone.": Do,
    "broadcast.rhythm.": RHYTHMS,
    "broadcast.chat.": CHATS,
    "broadcast.ask.": ["new", "edit", "when", "topic", "links", "amend", "lang", "name"],
    "button.cast.in.": map(str, MINUTES),
    "button.crowd.": Trait,
    "button.draft.": ["send", "edit", "name", "drop"],
    "button.mine.": ["accept", "edit", "appeal", "reopen", "withdraw", "withdrawn", "keep"],
    "reply.state.": [state for state in State if state is not State.ERASED],
    "reply.place.": ["bot", "channel", "site"],
    "stats.": ["readers", "new", "active", "lost", "rhythm", "language"],
    "stats.span.": Span,
    "stats.said.": Span,
    "button.stats.": Span,
    "stats.line.": ["rhythm", "language"],
    "stats.outcome.": Outcome,
}


def read(language: str) -> Catalog:
    with (ROOT / "locales" / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


CATALOGUES = {language: read(language) for language in LANGUAGES}


def strings(language: str) -> dict[str, list[str]]:
    found = {}
    for message in CATALOGUES[language]:
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple | list) else message.id
            forms = message.string if isinstance(message.string, tuple | list) else [message.string]
            found[str(key)] = [form or "" for form in forms]
    return found


TEXTS = {language: strings(language) for language in LANGUAGES}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_and_none_is_empty(language: str) -> None:
    assert list(TEXTS[language]) == list(TEXTS["ar"])
    empty = [key for key, forms in TEXTS[language].items() if not any(forms)]
    assert empty == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    wrong = [
        key
        for key, forms in TEXTS[language].items()
        if set.union(*map(placeholders, forms)) != set.union(*map(placeholders, TEXTS["en"][key]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_cldr(language: str) -> None:
    catalogue, rule = CATALOGUES[language], Locale(language).plural_form
    plural = {key: forms for key, forms in TEXTS[language].items() if len(forms) > 1 or key == "list.more"}
    assert plural
    for key, forms in plural.items():
        assert len(forms) == catalogue.num_plurals
        values = dict.fromkeys(set.union(*map(placeholders, forms)) - {"n"}, "x")
        for number in range(1, 130):
            told = texts(language).count(key, number, **values)
            same = [other for other in range(1, 130) if rule(other) == rule(number)]
            as_others = {texts(language).count(key, other, **values).replace(str(other), "#") for other in same}
            assert told.replace(str(number), "#") in as_others
            assert len(as_others) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_is_what_telegram_knows_and_balanced(language: str) -> None:
    for key, forms in TEXTS[language].items():
        for text in forms:
            tags = re.findall(r"<(/?)(\w+)[^>]*>", text)
            assert {name for _, name in tags} <= TELEGRAM_TAGS, key
            assert [name for slash, name in tags if not slash] == [name for slash, name in tags if slash], key
            assert "<" not in re.sub(r"</?\w+[^>]*>", "", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_begin_with_their_emoji_and_fit(language: str) -> None:
    without = {"button.whole_region", "button.whole_china", "button.old"}  # they follow ➕ or ✅, or are an alert
    for key, (text, *_) in TEXTS[language].items():
        if key.startswith("button.") and key not in without:
            assert not text[0].isalnum(), key
            assert " " in text, key
            assert len(text) <= LONGEST_LABEL, key
    same = {key: text.split()[0] for key, (text, *_) in TEXTS[language].items() if key.startswith("button.")}
    arabic = {key: text.split()[0] for key, (text, *_) in TEXTS["ar"].items() if key.startswith("button.")}
    assert {key: emoji for key, emoji in same.items() if key not in without} == {
        key: emoji for key, emoji in arabic.items() if key not in without
    }


def used_keys() -> set[str]:
    """The keys that the code says, whole or composed."""
    keys = {f"{start}{end}" for start, ends in COMPOSED.items() for end in ends}
    rooms = ("bot", "commands", "db", "newsroom")
    for path in [*(path for room in rooms for path in (ROOT / room).rglob("*.py")), ROOT / "locales" / "__init__.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in TEXTS["ar"]:
                keys.add(node.value)
    return keys


def test_no_text_is_unused() -> None:
    assert set(TEXTS["ar"]) - used_keys() == set()


def test_every_key_that_the_code_says_exists() -> None:
    said = set()
    for path in (path for room in ("bot", "db", "newsroom") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = ast.unparse(node.func)
                if name.endswith((".t", "t.plain", "t.count", "t.words", "Refusal")) or name == "t":
                    said.add(str(node.args[0].value))
    assert said - set(TEXTS["ar"]) == set()
    assert len(said) > 40


def test_nothing_that_people_read_is_outside_the_catalogues() -> None:
    wrong = []
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "web").rglob("*.py"), ROOT / "app.py", ROOT / "crew.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(tree) if _has_doc(node)}  # type: ignore[attr-defined]
        for node in ast.walk(tree):
            said = node.value if isinstance(node, ast.Constant) and id(node) not in docs else None
            if isinstance(said, str) and ARABIC_OR_HAN.search(said) and len(said) > 8:
                wrong.append(f"{path.name}: {said}")
    assert wrong == []


def _has_doc(node: ast.AST) -> bool:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, kinds) and ast.get_docstring(node) is not None


def test_inserted_values_are_escaped_and_set_apart() -> None:
    t = texts("ar")
    assert t("list.item", name="<b>&") == f"{ISOLATE}&lt;b&gt;&amp;{END_ISOLATE}"
    assert t("list.item", name=Html("<b>x</b>")) == "<b>x</b>"


@pytest.mark.parametrize(
    ("code", "language"),
    [("ar", "ar"), ("en-GB", "en"), ("zh-hans", "zh"), ("fr", "fr"), ("de", "ar"), (None, "ar"), ("", "ar")],
)
def test_telegrams_language_codes_are_understood(code: str | None, language: str) -> None:
    assert choose_language(code, "ar") == language


@pytest.mark.parametrize(
    ("said", "command", "argument"),
    [
        ("المواضيع", "topics", ""),
        ("مواضيع", "topics", ""),
        ("الأحدث", "latest", ""),
        ("متابعة طاجيكستان", "follow", "طاجيكستان"),
        ("إلغاء متابعة طاجيكستان", "unfollow", "طاجيكستان"),
        ("إلغاء", "cancel", ""),
        ("كتم الرياضة", "mute", "الرياضة"),
        ("Follow Central Asia", "follow", "Central Asia"),
        ("stop", "stop", ""),
        ("stop following sports", "unfollow", "sports"),
        ("主题", "topics", ""),
        ("关注 塔吉克斯坦", "follow", "塔吉克斯坦"),
        ("关注塔吉克斯坦", "follow", "塔吉克斯坦"),
        ("suivre Tadjikistan", "follow", "Tadjikistan"),
        ("Thèmes", "topics", ""),
        ("طاجيكستان", "", ""),
        ("توقف المطر", "", ""),
        ("help me please", "", ""),
    ],
)
def test_words_stand_for_commands(said: str, command: str, argument: str) -> None:
    assert find_command(said) == (command, argument)


def test_no_word_stands_for_two_commands() -> None:
    seen: dict[str, str] = {}
    for language in LANGUAGES:
        for command in COMMANDS:
            for word in texts(language).words(f"words.{command}"):
                assert seen.setdefault(word, command) == command, word


def test_the_menus_name_commands_that_exist() -> None:
    assert {*MENU, *GROUP_MENU} <= {*READER_COMMANDS}
    assert {*READER_COMMANDS} <= {*COMMANDS}


@pytest.mark.parametrize(
    ("language", "digits", "written"),
    [
        ("ar", "latn", "1,234,567"),
        ("ar", "arab", "١٬٢٣٤٬٥٦٧"),
        ("en", "latn", "1,234,567"),
        ("zh", "latn", "1,234,567"),
        ("fr", "latn", "1\u202f234\u202f567"),
        ("fr", "arab", "1\u202f234\u202f567"),
        ("ar", "klingon", "1,234,567"),
    ],
)
def test_numbers_are_written_as_the_language_and_its_reader_write_them(
    language: str, digits: str, written: str
) -> None:
    t = texts(language, digits)
    assert t.number(1_234_567) == written
    assert written in t("status.waits", seconds=1_234_567)
    assert written in t.plain("status.waits", seconds=1_234_567)
    assert written in t.count("list.more", 1_234_567)


def test_what_numbers_name_is_not_grouped() -> None:
    assert "12345" in texts("ar")("article.unknown", number=Label(12345))
    assert "١٢٣٤٥" in texts("ar", "arab")("article.unknown", number=Label(12345))


def test_digits_are_those_of_the_reader_in_numbers_alone() -> None:
    t = texts("ar", "arab")
    assert t("list.item", name="G20 12") == f"{ISOLATE}G20 12{END_ISOLATE}"
    assert t("list.item", name=Html("/article_12")) == "/article_12"
    assert "/article 12" in t("article.how", example="/article 12")
    assert t.in_digits("28 نوفمبر 2026") == "٢٨ نوفمبر ٢٠٢٦"


def test_the_digits_are_those_that_a_subscriber_may_have() -> None:
    check = next(check for check in subscribers.constraints if str(check.name).endswith("digits"))
    assert isinstance(check, CheckConstraint)
    assert re.findall(r"'(\w+)'", str(check.sqltext)) == list(DIGITS)
