"""Links and ways to reach somebody that a text holds, also where they are dressed up: «example [dot] com», «٠٥٥…».

What is looked at is folded: any script's digits are Latin, invisible marks are gone, wide letters are narrow. A new
ending of hosts goes to `ENDINGS`, a new way to write a dot to `DOTS`, a messenger to `MESSENGERS`.
"""

import re
from collections.abc import Collection, Iterator

from newsroom.text import fold

# What hosts end with, and nothing that is said: «end.The next» names no host.
ENDINGS = (
    "com|net|org|info|biz|io|tv|co|app|xyz|online|site|store|shop|club|vip|top|link|live|website|space|click|pro|dev"
    "|sa|ae|eg|qa|kw|om|bh|jo|lb|sy|iq|ly|tn|dz|ma|ye|ps|sd|cn|hk|tw|ru|uk|fr|de|tr|ir|eu|us|gg|cc|gl"
)
SAID = "me|so|to|it|in|is|at|be|am|my|la|no|id|ai|ne|pm|re"  # and endings that are words: only with what follows a host
HOST = r"(?<![a-z0-9@.-])((?:[a-z0-9][a-z0-9-]*\.)+(?:{}))"
ADDRESS = re.compile(r"(?:h(?:tt|xx)ps?\s*:\s*/\s*/\s*|(?<![a-z0-9@.-])www\.)([\w.-]+)")
BARE = re.compile(HOST.format(ENDINGS) + r"(?![a-z0-9-]|\.[a-z0-9])")
WITH_PATH = re.compile(HOST.format(f"{ENDINGS}|{SAID}") + r"/[^\s/]")
DOTS = re.compile(
    rf"(?:\s*[\[({{]\s*(?:\.|dot|نقطه|point|点)\s*[\])}}]\s*|\s+(?:dot|نقطه|point|\.)\s+)(?={ENDINGS}|كوم|t\b|me\b)"
)
ATS = re.compile(r"\s*[\[({]\s*(?:@|at|ات)\s*[\])}]\s*|(?<=[a-z0-9])\s+@\s+(?=[a-z0-9])")

MAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
HANDLE = re.compile(r"(?<![a-z0-9._@])@[a-z0-9_]{4,}")
MESSENGERS = (
    "微信|wechat|weixin|vx|qq|whats ?app|telegram|snapchat|snap|instagram|insta|viber|signal"
    "|واتس\\w*|تلغرام|تليغرام|تلجرام|تيليجرام|سناب\\w*|انستا\\w*|فايبر"
)
ACCOUNT = re.compile(rf"(?:{MESSENGERS})\s*(?:号\s*)?[:=]\s*@?[a-z0-9_.-]{{5,}}")
CALLED = re.compile(
    rf"(?:{MESSENGERS}|اتصل\w*|جوال\w*|هاتف\w*|موبايل|call|tel|phone|appele[rz]|电话|手机|号码)\D{{0,15}}$"
)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
NUMBER = re.compile(r"(?<![a-z0-9.,/+])\+?\d[\d\s().-]{5,}\d(?![a-z0-9])")
FRACTION = re.compile(r"\d+\.\d+")
FEWEST_DIGITS, FEWEST_LOCAL, FEWEST_IN_A_ROW, MOST_DIGITS = 7, 9, 11, 15


def find_links(text: str, ours: Collection[str] = ()) -> list[str]:
    """Answer the hosts that a text links to, but for ours and what is under them; each once, in order."""
    plain = DOTS.sub(".", fold(text)).replace(".كوم", ".com")
    found = sorted(
        (match.start(1), match[1].strip(".").removeprefix("www."))
        for pattern in (ADDRESS, BARE, WITH_PATH)
        for match in pattern.finditer(plain)
    )
    return list(dict.fromkeys(host for _, host in found if host and not _is_ours(host, ours)))


def _is_ours(host: str, ours: Collection[str]) -> bool:
    return any(f".{host}".endswith(f".{one}") for one in ours)


def find_contacts(text: str) -> list[str]:
    """Answer the mail addresses, accounts of messengers and telephone numbers of a text; each once."""
    plain = ATS.sub("@", DOTS.sub(".", fold(text)))
    mails = MAIL.findall(plain)
    rest = MAIL.sub(" ", plain)
    return list(dict.fromkeys([*mails, *ACCOUNT.findall(rest), *HANDLE.findall(rest), *_find_telephones(rest)]))


def _find_telephones(plain: str) -> Iterator[str]:
    dateless = DATE.sub(lambda date: "/" * len(date[0]), plain)
    for match in NUMBER.finditer(dateless):
        if _is_telephone(match[0], is_called=CALLED.search(plain[: match.start()]) is not None):
            yield match[0]


def _is_telephone(written: str, *, is_called: bool) -> bool:
    """Tell whether a number is one to call: by how it begins, by its length, or by what stands before it."""
    count = sum(map(str.isdigit, written))
    if count > MOST_DIGITS or FRACTION.fullmatch(written):
        return False
    if is_called or written.startswith(("+", "00")):
        return count >= FEWEST_DIGITS
    return count >= FEWEST_LOCAL if written.startswith("0") else written.isdigit() and count >= FEWEST_IN_A_ROW
