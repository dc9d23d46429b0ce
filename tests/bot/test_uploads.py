"""Files leave as forms, everything else as it is."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.api import JSON
from bot.uploads import encode, make_file


def test_what_carries_no_file_leaves_as_it_is() -> None:
    assert encode("sendMessage", b'{"text":"x"}') == (JSON, b'{"text":"x"}')
    known = orjson.dumps({"document": "a file that Telegram has", "caption": 'not "document":{'})
    assert encode("sendDocument", known) == (JSON, known)


@given(st.text(), st.text(min_size=1))
def test_a_form_says_what_the_payload_said(text: str, caption: str) -> None:
    payload = {"document": make_file("data.txt", text), "caption": caption, "chat_id": -5, "markup": {"a": [1]}}
    kind, body = encode("sendDocument", orjson.dumps(payload))
    boundary = b"--" + kind.rpartition("boundary=")[2].encode()
    first, *parts, last = body.split(boundary)
    told = dict(read_part(part) for part in parts)
    assert (first, last) == (b"", b"--\r\n")
    assert told == {
        'name="document"; filename="data.txt"\r\nContent-Type: text/plain; charset=utf-8': text,
        'name="caption"': caption,
        'name="chat_id"': "-5",
        'name="markup"': '{"a":[1]}',
    }


def read_part(part: bytes) -> tuple[str, str]:
    head, _, said = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
    return head.decode().removeprefix("Content-Disposition: form-data; "), said.decode()
