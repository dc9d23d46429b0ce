"""What is kept on a person: told in full, erased in full, and nobody else's with it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.collecting import errands, probes, watches
from db.meanings import filings, keywords, proposals, topics
from db.operating import choices
from db.replying import replies, reports, tidings, votes, waves
from db.store import (
    authors,
    bans,
    broadcast_cards,
    broadcasts,
    cards,
    checklists,
    discussions,
    follows,
    inbox,
    invitations,
    outbox,
    pacing,
    people,
    posts,
    prompts,
    staff,
    wishes,
)
from db.store import keywords as keywords_store
from db.store import reports as reports_store
from db.store.inbox import Received
from db.store.outbox import Message
from db.store.people import Person
from db.store.staff import Act
from db.store.wishes import Wish
from db.tables import article_topics, metadata, pushes
from db.tables import outbox as box
from db.vault import Vault
from newsroom.cards import Kind
from newsroom.keywords import read_keyword, tag_of
from newsroom.outcomes import Came
from newsroom.pacing import decide_answer_flood, decide_flood
from newsroom.pushes import Lane
from newsroom.replies import Action, Code, State
from newsroom.roles import Role
from tests.desk import MODERATORS, SECRET, ReplyDesk
from tests.scene import Scene
from tests.terms import keep

ME, OTHER = 7_700_123_456, 7_700_654_321
DIPLOMACY = "s:diplomacy"
# Columns that say of whom a row is, and how; another such column goes here and into db/store/people.py.
NAMING = ("chat_id", "subscriber_id", "user_id", "actor", "asked_by", "flood_chat", "answer_floods", "author_key")
# Rows that a person's rows refer to, or that refer to them.
REFERRED = {"chats": "id", "subscribers": "id", "authors": "key", "replies": "id"}
MODERATOR = 7_700_999_999
VAULT = Vault(SECRET)


async def live_through(scene: Scene, chat_id: int) -> int:
    """Leave a trace of a chat in every table there is; answers its subscriber."""
    reader = await scene.reader(chat_id, DIPLOMACY, mutes=["s:sports"])
    await scene.article(DIPLOMACY)
    (claimed,) = [row for row in await scene.claim_later() if row.chat_id == chat_id]
    await scene.land(claimed, Came.OK)
    now = scene.clock()
    async with scene.database.write() as connection:
        keyword = await keywords_store.put(connection, read_keyword(f"قناديل {chat_id}"), now, now)
        shared = await keywords_store.put(connection, read_keyword("مصابيح"), now, now)
        await follows.put(connection, reader.id, [tag_of(keyword), tag_of(shared)], muted=False)
        await connection.execute(insert(article_topics).values(_mark(tag_of(keyword), now)))
        await prompts.put(connection, chat_id, chat_id, "follow", now)
        await prompts.put(connection, chat_id, chat_id + 1, "mute", now)
        await _write_messages(connection, chat_id, now)
        await wishes.ask(connection, Wish(chat_id, "ar"), now)
        await _work(connection, chat_id, now)
        await _flood(connection, chat_id, now)
    await _reply(scene, chat_id)
    return reader.id


async def _reply(scene: Scene, chat_id: int) -> None:
    """Let a person sign a reply with a name, be answered, report another, and be banned; and decide on a third."""
    desk = ReplyDesk(scene, _messages=chat_id % 1000 * 10)
    author, now = await desk.author(chat_id), scene.clock()
    async with scene.database.write() as connection:
        await authors.choose_pen(connection, author.key, name_of(chat_id), now)
    await desk.published(chat_id, f"رأي {chat_id}")
    other = await desk.pending(chat_id + 1, "رأي غيره")
    moderating = replace(desk.amal, name=str(chat_id), key=author.key)
    await desk.do(other, Action.CLAIM, moderating)
    await desk.do(other, Action.PROPOSE, moderating, text="رأي غيره منقّحًا")
    async with scene.database.write() as connection:
        await reports_store.add(connection, other.id, author.key, now, counts=True)
        await discussions.put(connection, 1, author.key, muted=False)
        told = {"reply_id": other.id, "author_key": author.key, "article_id": 1, "answers": False, "message_id": 7}
        await connection.execute(insert(tidings).values(told))
        until = now + timedelta(days=3)
        for key, actor in ((author.key, str(MODERATOR)), (f"of {chat_id % 1000}", str(chat_id))):
            await bans.ban(connection, bans.Ban(key, until, Code.INSULT, actor, now))


def name_of(chat_id: int) -> str:
    return "ابن الرافدين" if chat_id == ME else "بنت النيلين"


def _mark(tag: str, now: Any) -> dict[str, Any]:
    return {"tag": tag, "article_id": 1, "appeared_at": now, "rank": -1, "why": []}


async def _write_messages(connection: AsyncConnection, chat_id: int, now: Any) -> None:
    payload = orjson.dumps({"text": f"إلى {chat_id}"})
    await outbox.add(connection, Message(f"m{chat_id}", "sendMessage", payload, chat_id, Lane.ANSWER), now)
    menu = Message(staff.menu_key(chat_id), "setMyCommands", payload, None, Lane.MODERATION)
    await outbox.add_anew(connection, menu, now)
    await inbox.store(connection, [Received(chat_id, chat_id, payload)], now)


async def _work(connection: AsyncConnection, chat_id: int, now: Any) -> None:
    await staff.note(connection, Act(str(chat_id), "retract", "1"), now)
    await staff.note(connection, Act("5", "grant", str(chat_id), Role.EDITOR), now)
    await invitations.make(connection, Role.EDITOR, now, str(chat_id))
    said = {"tag": "s:culture", "names": {}, "words": {}, "actor": str(chat_id), "changed_at": now}
    await connection.execute(insert(topics).values(said | {"version": chat_id % 1000}))
    filed = {"article_id": 1, "under": [], "out": [], "actor": str(chat_id), "filed_at": now}
    await connection.execute(insert(filings).values(filed | {"version": chat_id % 1000}))
    asked = {"url": "https://x.example", "adds": False, "chat_id": chat_id, "language": "ar", "actor": str(chat_id)}
    await connection.execute(insert(probes).values(asked | {"due_at": now}))
    begun = {"deed": "retract", "said": "خبر غير دقيق", "article_id": 1, "begun_at": now}
    named = {name: asked[name] for name in ("chat_id", "language", "actor")}
    await connection.execute(insert(errands).values(begun | named))
    watched = {"article_id": 1, "chat_id": chat_id, "message_id": 7, "shown": "", "begun_at": now, "drawn_at": now}
    await connection.execute(insert(watches).values(watched))
    await cards.add(connection, cards.Spot(chat_id), Kind.LIST, now)
    decided = {"verdict": "spam", "decided_by": str(chat_id), "upto": now, "due_at": now}
    await connection.execute(insert(waves).values({"kind": "alike", "since": now, "touched_at": now} | decided))
    await posts.note_copy(connection, posts.Copy(-chat_id, 1, chat_id, 1), now)
    broadcast_id = await broadcasts.add(connection, {"": {"method": "sendMessage", "params": {}}}, str(chat_id), now)
    await broadcast_cards.begin(connection, (broadcast_id, chat_id), now)
    await checklists.bring(connection, chat_id, "u1.0", "x", now)
    await connection.execute(insert(choices).values(name=str(chat_id % 1000), chat_id=chat_id))
    proposed = {"tag": "s:culture", "base": 0, "said": {}, "chat_id": chat_id, "created_at": now}
    await connection.execute(insert(proposals).values(proposed))


async def _flood(connection: AsyncConnection, chat_id: int, now: Any) -> None:
    pace = decide_answer_flood(await pacing.lock(connection), chat_id, 3, now)
    await pacing.save(connection, decide_flood(pace, chat_id, 3, 28, now))


async def sweep(scene: Scene, *traces: str) -> dict[str, list[dict[str, Any]]]:
    """Answer, by table, the rows in which one of these occurs anywhere, however it is written."""
    found = {}
    async with scene.database.read() as connection:
        for table in metadata.sorted_tables:
            all_rows = (await connection.execute(select(table))).mappings()
            found[table.name] = [dict(row) for row in all_rows if any(trace in write(row) for trace in traces)]
    return {name: kept for name, kept in found.items() if kept}


def write(row: Any) -> str:
    return " ".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row.values()
    )


async def rows_of(scene: Scene, chat_id: int, subscriber_id: int) -> dict[str, int]:
    """Count by table the rows that name a chat, its subscriber or its author in any of the columns that do."""
    counted = {}
    async with scene.database.read() as connection:
        theirs = select(replies.c.id).where(replies.c.author_key == key_of(chat_id))
        mine = set((await connection.execute(theirs)).scalars())
        for table in metadata.sorted_tables:
            rows = (await connection.execute(select(table))).mappings().all()
            whose = _Whose(chat_id, subscriber_id, mine)
            counted[table.name] = sum(whose.is_named(table, row) for row in rows)
    return {name: count for name, count in counted.items() if count}


def key_of(chat_id: int) -> str:
    return VAULT.author_key(chat_id)


@dataclass(frozen=True, slots=True)
class _Whose:
    chat_id: int
    subscriber_id: int
    replies: Collection[str]

    def is_named(self, table: Table, row: Any) -> bool:
        said = [row[name] for name in NAMING if name in row and name != "subscriber_id"]
        said += [row["id"]] if table.name == "chats" else [row["subject"]] if table.name == "audit" else []
        said += [row["key"]] if table.name == "authors" else []
        said += [row["decided_by"]] if table.name == "waves" else []
        said += [row["dedup_key"]] if str(row.get("dedup_key")).startswith("menu:") else []
        if "subscriber_id" in row and row["subscriber_id"] == self.subscriber_id:
            return True
        if table not in {votes, reports, tidings} and row.get("reply_id") in self.replies:
            return True
        return any(str(self.chat_id) in str(one) or one == key_of(self.chat_id) for one in said)


async def read(scene: Scene, chat_id: int) -> people.Kept:
    async with scene.database.read() as connection:
        return await people.read(connection, Person(chat_id, key_of(chat_id)))


async def forget(scene: Scene, chat_id: int) -> None:
    async with scene.database.write() as connection:
        await people.forget(connection, Person(chat_id, key_of(chat_id)), scene.clock())


def test_every_column_that_says_of_whom_a_row_is_is_known() -> None:
    """A new table of a person's: its line in db/store/people.py, and its trace in `live_through` above."""
    pointing = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in NAMING
        or column.name.endswith(("user_id", "chat_id", "subscriber_id"))
        or any(key.column.table.name in REFERRED for key in column.foreign_keys)
    }
    whose = Person(1, "")
    known = {table.name for table in (*people._places(whose, [1]), *people._mentions(whose))}  # noqa: SLF001
    assert {table for table, _ in pointing} - known == set()


async def test_all_that_is_kept_is_told_and_nobody_elses(scene: Scene) -> None:
    await live_through(scene, OTHER)
    subscriber_id = await live_through(scene, ME)
    kept = await read(scene, ME)
    counts = {name: len(found) for name, found in kept.items() if found}
    referred = {"schedules": 1, "keywords": 2}
    assert counts == await rows_of(scene, ME, subscriber_id) | referred
    assert set(counts) == set(kept) - {"staff", "erasures"}
    for other in (str(OTHER), key_of(OTHER), str(MODERATOR), MODERATORS[0]):
        assert str(other) not in str(kept)


async def test_what_is_forgotten_is_in_no_table_and_others_keep_theirs(scene: Scene) -> None:
    await live_through(scene, OTHER)
    subscriber_id = await live_through(scene, ME)
    before = await read(scene, OTHER)
    await forget(scene, ME)
    staying = {"inbox": 1, "bans": 1}  # what the person does after this, and what holds then
    assert await rows_of(scene, ME, subscriber_id) == staying
    assert set(await sweep(scene, str(ME), f"قناديل {ME}")) == {"inbox"}
    assert set(await sweep(scene, key_of(ME))) == {"bans", "erasures"}
    assert await sweep(scene, name_of(ME), f"رأي {ME}") == {}
    assert await read(scene, OTHER) == before
    assert await scene.one(select(keywords.c.said).where(keywords.c.said == "مصابيح"))
    await forget(scene, ME)
    assert await read(scene, OTHER) == before


async def test_what_is_in_flight_when_it_is_forgotten_ends_without_harm(scene: Scene) -> None:
    await scene.reader(ME, DIPLOMACY)
    push = await scene.article(DIPLOMACY, proven=False)
    (claimed,) = await scene.claim_later()
    await forget(scene, ME)
    await scene.land(claimed, Came.GONE, reason="Forbidden: bot was blocked by the user")
    assert await scene.rows(push) == []
    assert await sweep(scene, str(ME)) == {}


async def test_a_trial_that_is_forgotten_leaves_the_rendering_to_others(scene: Scene) -> None:
    for chat_id in (ME, OTHER):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY, proven=False)
    (trial,) = await scene.claim_later()
    await forget(scene, trial.chat_id)
    assert await scene.claim_later() == []
    await scene.land(trial, Came.OK)
    assert len(await scene.claim_later()) == 1


async def test_a_push_whose_last_reader_is_forgotten_is_done(scene: Scene) -> None:
    await scene.reader(ME, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    await forget(scene, ME)
    assert await scene.claim_later() == []
    assert await scene.one(select(pushes.c.state).where(pushes.c.id == push)) == "done"


async def test_a_group_is_forgotten_with_all_its_forum_topics(scene: Scene) -> None:
    for thread in (0, 17):
        await scene.reader(-1005, DIPLOMACY, kind="supergroup", thread=thread)
    await scene.article(DIPLOMACY)
    await forget(scene, -1005)
    assert await sweep(scene, "-1005") == {}


async def test_what_was_said_to_somebody_uncertain_is_emptied_within_the_hour(scene: Scene) -> None:
    async with scene.database.write() as connection:
        message = Message("x", "sendMessage", b'{"text":"canary"}', None, Lane.ANSWER)
        await outbox.add(connection, message, scene.clock(), scene.lease.id)
    async with scene.database.write() as connection:
        await connection.execute(update(box).values(state="uncertain", settled_at=scene.clock()))
        await keep(connection, outbox.TEXT_TERM, scene.clock())
    assert await scene.one(select(box.c.payload)) == b'{"text":"canary"}'
    async with scene.database.write() as connection:
        await keep(connection, outbox.TEXT_TERM, scene.clock() + timedelta(minutes=2))
    assert await scene.one(select(box.c.payload)) == b""


async def test_whoever_is_forgotten_while_a_reply_is_public_has_its_copies_taken_back(scene: Scene) -> None:
    await scene.reader(ME, DIPLOMACY)
    await scene.article(DIPLOMACY)
    desk = ReplyDesk(scene)
    reply = await desk.published(ME)
    await forget(scene, ME)
    (back,) = await desk.claim()
    assert (back.revision, back.text, back.pen_number) == (None, "", None)
    await desk.land(back)
    assert (await desk.see(reply)).state is State.ERASED
    assert [(line.action, line.at) for line in await desk.lines(reply)][-1] == ("erase", scene.clock())
    assert (await desk.verify()).broken == ""
