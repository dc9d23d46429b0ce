"""What people send beside texts, as the fields of a Message that hold it: photos, alone or in an album, and polls.

Another kind is a function here and, where the page sends it, an act in `page/acts.py`.
"""

from sandbox.formatting import format_plain
from sandbox.world import Json, World

WIDTH, HEIGHT = 800, 600  # of a photo


def make_photo(world: World, caption: str = "", album: str = "") -> Json:
    """Answer a photo, with words below it if there are any, and in an album if one is named."""
    number = f"photo{world.random.randrange(10**8)}"
    size = {"file_id": number, "file_unique_id": number, "width": WIDTH, "height": HEIGHT}
    words = {"caption": caption} if caption else {}
    return {"photo": [size], **words, **({"media_group_id": album} if album else {})}


def make_album(world: World, count: int, caption: str = "") -> list[Json]:
    """Answer the photos of an album, with words below the first one: Telegram shows them below all."""
    album = str(world.random.randrange(10**16))
    return [make_photo(world, "" if number else caption, album) for number in range(count)]


def make_poll(world: World, question: str, options: list[str]) -> Json:
    """Answer a regular, anonymous poll."""
    given = [
        {"persistent_id": str(number), "text": format_plain(option)["text"], "voter_count": 0}
        for number, option in enumerate(options)
    ]
    return {
        "poll": {
            "id": str(world.random.randrange(10**17)),
            "question": format_plain(question)["text"],
            "options": given,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    }
