"""The statement that finds a crowd finds whom the rules say, whatever is chosen, on each engine."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from db.store import crowds
from db.tables import chats, subscribers
from newsroom.crowds import CHATS, DAYS, RHYTHMS, Crowd, Facts, Trait, is_in
from newsroom.readers import Rhythm, Schedule
from tests.scene import Scene

TAGS = ("s:economy", "s:trade", "c:EG", "all")
LANGUAGES = ("ar", "en", "fr")
KINDS = ("private", "group", "supergroup", "channel")
VALUES: dict[Trait, tuple[str, ...]] = {
    Trait.TOPIC: TAGS[:3],
    Trait.LANGUAGE: LANGUAGES,
    Trait.RHYTHM: RHYTHMS,
    Trait.CHAT: CHATS,
    Trait.ACTIVE: DAYS,
}
READERS, CROWDS = 40, 60


async def settle(scene: Scene, dice: random.Random) -> dict[int, Facts]:
    """Let readers of every kind come; answers what each is, by number."""
    told = {}
    for number in range(1, READERS + 1):
        tags = dice.sample(TAGS, dice.randint(0, 3))
        muted = [tag for tag in dice.sample(TAGS[:3], 1) if tag not in tags]
        kind, language = dice.choice(KINDS), dice.choice(LANGUAGES)
        schedule = Schedule(Rhythm(dice.choice(RHYTHMS)), "Asia/Riyadh")
        chat_id = number if kind == "private" else -number
        reader = await scene.reader(chat_id, *tags, mutes=muted, language=language, kind=kind, schedule=schedule)
        alive_at = scene.clock() - timedelta(days=dice.choice((1, 20, 60, 200)))
        async with scene.database.write() as connection:
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(alive_at=alive_at))
        told[reader.id] = Facts(frozenset(tags), frozenset(muted), language, schedule.rhythm, kind, alive_at)
    return told


def choose(dice: random.Random) -> Crowd:
    return Crowd(_choose(dice), _choose(dice), frozenset({Trait.TOPIC} if dice.random() < 0.5 else ()))


def _choose(dice: random.Random) -> Mapping[Trait, tuple[str, ...]]:
    traits = dice.sample([*Trait], dice.randint(0, 2))
    return {trait: tuple(dice.sample(VALUES[trait], dice.randint(1, 2))) for trait in traits}


async def test_it_finds_whom_the_rules_say(scene: Scene) -> None:
    dice = random.Random(20)  # noqa: S311  (the same crowds each time)
    told = await settle(scene, dice)
    sizes = set()
    async with scene.database.read() as connection:
        for crowd in [Crowd(), *(choose(dice) for _ in range(CROWDS))]:
            found = select(subscribers.c.id).where(crowds.audience(crowd, scene.clock()))
            ids = set((await connection.execute(found)).scalars())
            assert ids == {number for number, facts in told.items() if is_in(crowd, facts, scene.clock())}, crowd
            assert await crowds.count(connection, crowd, scene.clock()) == len(ids)
            sizes.add(len(ids))
    assert len(sizes) > 8


async def test_nobody_is_in_it_who_cannot_be_reached_or_wants_none(scene: Scene) -> None:
    gone: tuple[dict[str, Any], ...] = ({"state": "stopped"}, {"state": "suspended"}, {"announcements": False})
    for number in range(1, 5):
        await scene.reader(number)
    async with scene.database.write() as connection:
        for number, columns in enumerate(gone, 1):
            await connection.execute(update(subscribers).where(subscribers.c.chat_id == number).values(columns))
        assert await crowds.count(connection, Crowd(), scene.clock()) == 1
        await connection.execute(update(chats).where(chats.c.id == 4).values(state="suspended"))
        assert await crowds.count(connection, Crowd(), scene.clock()) == 0
