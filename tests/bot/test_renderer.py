"""What is kept of renderings: the same comes again while nothing changed, and the oldest go when there is no room."""

from dataclasses import replace

import orjson
import pytest

from bot.articles import Look
from bot.renderer import BESIDE, Renderer, Shelf, Written
from db.store import corrections, sources
from newsroom.openings import Openings
from newsroom.work import Shape
from tests.live import unseen
from tests.stage import LOOK, Stage

NOISE = bytes(range(256))  # does not get smaller


def test_what_is_put_is_found_until_there_is_no_room_for_it() -> None:
    shelf = Shelf(most=3 * (BESIDE + 300))
    for number in range(5):
        shelf.put(bytes([number]), Written(NOISE + bytes([number]), is_long=number == 4))
    assert shelf.find(b"\1") is None
    assert shelf.find(b"\4") == Written(NOISE + b"\4", is_long=True)
    assert 0 < shelf.size <= shelf.most


def test_what_is_larger_than_all_the_room_is_not_kept() -> None:
    shelf = Shelf(most=100)
    shelf.put(b"", Written(NOISE, is_long=False))
    assert (shelf.find(b""), shelf.size) == (None, 0)


def test_a_digest_is_kept_in_a_fraction_of_its_size() -> None:
    shelf, body = Shelf(), '{"text":"قمة في دوشنبه"}'.encode() * 100
    shelf.put(b"", Written(body, is_long=True))
    assert shelf.size < len(body) / 5
    assert shelf.find(b"") == Written(body, is_long=True)


async def test_a_story_is_written_once_for_a_shape_and_anew_for_another_version(stage: Stage) -> None:
    await stage.scene.article("s:sports", title="قمة")
    renderer, shape = stage.delivery.renderer, Shape(1, 1, "ar", public=False, silent=False)
    first = await renderer.render(shape)
    size = renderer.shelf.size  # type: ignore[attr-defined]
    assert await renderer.render(shape) == first
    assert renderer.shelf.size == size  # type: ignore[attr-defined]
    async with stage.scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "قمة أخرى"}, stage.scene.clock())
    again = await renderer.render(Shape(1, 1, "ar", public=False, silent=False, wanted=2))
    assert ((first.article_id, first.version), (again.article_id, again.version)) == ((1, 1), (1, 2))
    assert "قمة أخرى" in again.body.decode()


async def test_a_label_stands_beside_its_source_and_another_one_is_seen_at_once(stage: Stage) -> None:
    await stage.scene.article("s:sports", title="قمة")
    shape = Shape(1, 1, "ar", public=False, silent=False)
    for label in ("وكالة رسمية", "موقع مستقل", None):
        async with stage.scene.database.write() as connection:
            await sources.change(connection, "https://site.example/feed", title="شينخوا", label=label or "")
        stage.scene.clock.move(seconds=2)  # what was read is taken for unchanged for a moment
        written = unseen(orjson.loads((await stage.delivery.renderer.render(shape)).body)["text"])
        assert (f"شينخوا ({label}) · " if label else "شينخوا · ") in written


async def test_what_is_sent_leads_through_us_where_openings_are_counted(stage: Stage) -> None:
    await stage.scene.article("s:sports")
    openings = Openings("https://newsroom.example", b"a key")

    async def look() -> Look:
        return replace(LOOK, openings=openings)

    renderer = Renderer(stage.scene.database, look, stage.scene.clock)
    for public in (False, True):
        written = orjson.loads((await renderer.render(Shape(1, 1, "ar", public=public, silent=False))).body)
        (read,) = [
            button for row in written["reply_markup"]["inline_keyboard"] for button in row if "📖" in button["text"]
        ]
        assert read["url"] == openings.link(1)
        assert written["link_preview_options"]["url"] == "https://site.example/1"


async def test_a_story_that_is_not_there_says_so(stage: Stage) -> None:
    for shape in (Shape(1, 7, "ar", public=False, silent=False), Shape(0, 0, "ar", False, False, digest_id=7)):  # noqa: FBT003
        with pytest.raises(LookupError, match="7 is not there"):
            await stage.delivery.renderer.render(shape)
