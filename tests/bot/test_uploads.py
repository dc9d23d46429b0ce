"""Files leave as forms, everything else as it is."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.api import JSON
from bot.uploads import encode, make_file, make_picture


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


@given(st.binary(min_size=1))
def test_a_picture_leaves_as_it_is(data: bytes) -> None:
    payload = {"photo": make_picture("figures.png", data), "caption": "x", "chat_id": 5}
    kind, body = encode("sendPhoto", orjson.dumps(payload))
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="photo"; filename="figures.png"\r\nContent-Type: image/png\r\n\r\n' + data + b"\r\n--" in body


def test_a_picture_that_takes_another_s_place_is_attached() -> None:
    media = {"type": "photo", "media": "attach://picture", "caption": "x"}
    payload = {"message_id": 7, "media": media, "picture": make_picture("figures.png", b"\x89PNG"), "chat_id": 5}
    _, body = encode("editMessageMedia", orjson.dumps(payload))
    assert b'name="picture"; filename="figures.png"' in body
    assert b'name="media"\r\n\r\n' + orjson.dumps(media) in body


def test_a_picture_that_telegram_has_is_told_by_its_id() -> None:
    known = orjson.dumps({"photo": "AgAD", "chat_id": 5})
    assert encode("sendPhoto", known) == (JSON, known)
