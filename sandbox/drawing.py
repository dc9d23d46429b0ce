"""A chat as it looks on a phone, drawn as a page of HTML: for pictures in documents.

    page = draw({"قاصد": amal, "Qasid": alice}, last=3)      # a phone for each, with its newest messages

No script, no outside request; fonts are the machine's. What a kind of entity looks like is a tag of Telegram's HTML and
a rule of STYLE.
"""

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sandbox.screen import Button, Shown, VisibleChat

ICONS = {"url": "↗"}
STYLE = """
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; display: inline-flex; gap: 16px; align-items: stretch; background: #fff;
  font: 15px/1.4 "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif; }
.phone { width: 400px; border-radius: 22px; overflow: hidden; border: 1px solid #c8d2da; display: flex;
  flex-direction: column; background: linear-gradient(160deg, #dfe9dc, #c5dbd9 55%, #d7dfee); }
header { background: #fff; padding: 10px 16px; font-weight: 600; color: #17212b; border-bottom: 1px solid #d5dde3; }
header small { display: block; font-weight: 400; color: #7b8a97; }
main { padding: 10px; display: flex; flex-direction: column; gap: 6px; flex: 1; justify-content: flex-end; }
.message { max-width: 94%; align-self: flex-start; }
.message.own { align-self: flex-end; }
.bubble { background: #fff; border-radius: 14px; padding: 7px 11px 5px; white-space: pre-wrap;
  overflow-wrap: anywhere; box-shadow: 0 1px 1px #0002; }
.own .bubble { background: #e3f8cf; }
.bubble div { unicode-bidi: plaintext; min-height: .5em; }
.bubble a { color: #2678b6; text-decoration: none; }
.bubble blockquote { margin: 0; padding-inline-start: 8px; border-inline-start: 3px solid #2678b6; }
.time { font-size: 11px; color: #8a98a3; text-align: end; }
.row { display: flex; gap: 4px; margin-top: 4px; }
.row span { flex: 1; text-align: center; padding: 7px 5px; border-radius: 9px; background: #51738e8c; color: #fff;
  font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
"""


def draw(chats: Mapping[str, VisibleChat], last: int) -> str:
    """Answer a page with a phone for each chat, by the name above it; its newest messages stand at the bottom."""
    phones = "".join(_draw_phone(chat.screen[-last:], title) for title, chat in chats.items())
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{phones}"


def _draw_phone(messages: Iterable[Shown], title: str) -> str:
    drawn = "".join(map(_draw_message, messages))
    return (
        f'<section class="phone"><header>{html.escape(title)}<small>bot</small></header><main>{drawn}</main></section>'
    )


def _draw_message(shown: Shown) -> str:
    """Answer a message; each line of it in its own direction, as Telegram sets them."""
    lines = "".join(f"<div>{line}</div>" for line in _balance(shown.html.split("\n")))
    at = datetime.fromtimestamp(shown.at, UTC)
    bubble = f'<div class="bubble">{lines}<div class="time">{at:%H:%M}</div></div>'
    rows = "".join(f'<div class="row">{"".join(map(_draw_button, row))}</div>' for row in shown.keyboard)
    return f'<div class="message{"" if shown.by_bot else " own"}">{bubble}{rows}</div>'


def _draw_button(button: Button) -> str:
    return f"<span>{html.escape(button.text)} {ICONS.get(button.action, '')}</span>"


def _balance(lines: Iterable[str]) -> Iterable[str]:
    """Close at the end of each line what is open there, and open it again in the next."""
    still_open: list[tuple[str, str]] = []  # a tag's name, and the tag
    for line in lines:
        begun = "".join(tag for _, tag in still_open)
        for part in line.split("<")[1:]:
            tag = part.partition(">")[0]
            if tag.startswith("/"):
                still_open.pop()
            else:
                still_open.append((tag.split()[0], f"<{tag}>"))
        yield begun + line + "".join(f"</{name}>" for name, _ in reversed(still_open))
