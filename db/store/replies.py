"""Replies: the one gate through which each of them changes, and how one is read.

    act ─▶ read ─▶ decide (`newsroom/moderation.py`) ─▶ one UPDATE, guarded by what was read ─┬▶ Done
                      └▶ Refusal, raised                           it hit no row: read again ─┴▶ Overtaken

What belongs to a change is written in its transaction: the line of the audit, a revision, a vote, the author's trust,
the notice to the author, what is to be public where. Nothing here talks to Telegram or to the site. Whoever presses a
button says which version stood on it; who was overtaken learns by whom. What falls due is in `duties.py`, the queue in
`pending.py`, what is public in `publications.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from secrets import choice
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import authors, notices, replies, reports, revisions, votes
from db.store import AnyRow, audit, bans, insert_unless_there, publications, rows, write_new
from db.tables import staff
from db.wakeup import announce
from newsroom.errors import Conflict, Refusal
from newsroom.guards import Circumstances, check_text
from newsroom.moderation import Change, decide
from newsroom.repeats import is_substantive
from newsroom.replies import Action, Actor, Deed, Reply, State, Who
from newsroom.roles import Role, who_has
from newsroom.text import fold, tokens
from newsroom.waiting import LASTS, MOST_DRAFTS, OLDEST_COUNTED

TRIES = 5  # a deed of any version is done anew when somebody else was first
ALPHABET, ID_LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 12  # no letter that is taken for another when it is read out
FIELDS = [field.name for field in fields(Reply)]
COLUMNS = [replies.c[name] for name in FIELDS]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote; `source` is the key of the message (`Vault.source_key`), by which it is known again."""

    article_id: int
    author_key: str
    source: str
    text: str
    language: str
    parent_id: str | None = None
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A deed is done."""

    change: Change

    @property
    def reply(self) -> Reply:
        """The reply as it is now."""
        return self.change.after


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was done, for somebody was first: the reply as it is now, and who did what to it last, and when."""

    reply: Reply
    by: str
    action: Action
    at: datetime


async def draft(connection: AsyncConnection, new: Draft, now: datetime) -> tuple[Reply, bool]:
    """Begin a reply; answers it, and whether it is new. The same message again is the same reply.

    Raises Refusal for a text that cannot be one, and for an author who is banned or has too many drafts.
    """
    if fault := check_text(new.text):
        raise fault
    if await bans.find(connection, new.author_key, now):
        raise Refusal("replies.banned")
    if await _count_drafts(connection, new) >= MOST_DRAFTS:
        raise Refusal("replies.drafts", most=MOST_DRAFTS)
    reply_id = "".join(choice(ALPHABET) for _ in range(ID_LENGTH))
    values = {"article_id": new.article_id, "author_key": new.author_key, "source": new.source, "since": now}
    values |= {"parent_id": new.parent_id, "language": new.language, "created_at": now}
    values |= {"due_at": now + LASTS[State.DRAFT][0]}
    if await write_new(connection, replies, id=reply_id, **values) is None:
        (known,) = await rows(connection, select(replies.c.id).where(replies.c.source == new.source))
        return await get(connection, known.id), False
    author = Actor(Who.AUTHOR, "author", new.author_key)
    await _write_revision(connection, reply_id, 1, new.text, author, now, new.photo)
    await audit.note_draft(connection, reply_id, now)
    return await get(connection, reply_id), True


async def _count_drafts(connection: AsyncConnection, new: Draft) -> int:
    """Answer how many others of an author's are not sent; the same message again is none of them."""
    others = (replies.c.author_key == new.author_key) & (replies.c.source != new.source)
    drafts = others & (replies.c.state == State.DRAFT.value)
    return int((await connection.execute(select(func.count()).select_from(replies).where(drafts))).scalar_one())


async def find(connection: AsyncConnection, reply_id: str) -> Reply | None:
    """Answer a reply; None where there is none."""
    found = await rows(connection, select(*COLUMNS).where(replies.c.id == reply_id))
    return read(found[0]) if found else None


async def get(connection: AsyncConnection, reply_id: str) -> Reply:
    """Answer a reply. Raises Refusal where there is none."""
    reply = await find(connection, reply_id)
    if reply is None:
        raise Refusal("replies.unknown")
    return reply


def read(row: AnyRow) -> Reply:
    """Answer the reply of a row that has COLUMNS."""
    told = {name: getattr(row, name) for name in FIELDS}
    return Reply(**told | {"state": State(told["state"])})


async def act(  # noqa: PLR0913  (what a press says, and what a vote needs)
    connection: AsyncConnection,
    reply_id: str,
    deed: Deed,
    actor: Actor,
    now: datetime,
    *,
    seen: int | None = None,
    quorum: int = 1,
) -> Done | Overtaken:
    """Do a deed on a reply if it is still the version that was seen, or whatever version where none is said.

    Raises Refusal where the rules do not allow it, and Conflict where others were first again and again.
    """
    for _ in range(TRIES):
        reply = await get(connection, reply_id)
        if seen is not None and reply.version != seen:
            return await _tell(connection, reply)
        change = decide(reply, deed, actor, await _look_around(connection, reply, deed, quorum, now), now)
        if isinstance(change, Refusal):
            raise change
        if await _write(connection, change):
            await _follow(connection, change, now)
            return Done(change)
    raise Conflict("others changed the reply each time")


async def _tell(connection: AsyncConnection, reply: Reply) -> Overtaken:
    last = (await audit.list_for(connection, reply.id))[-1]
    return Overtaken(reply, last.actor, Action(last.action), last.at)


async def _look_around(
    connection: AsyncConnection, reply: Reply, deed: Deed, quorum: int, now: datetime
) -> Circumstances:
    """Answer what the decision asks beside the reply."""
    voted = await _list_votes(connection, reply, deed) if deed.action in {Action.APPROVE, Action.ACCEPT} else ()
    moderators = await _count_moderators(connection) if reply.appealed_at else 1
    author = reply.author_key or ""
    banned = await bans.find(connection, author, now) is not None
    sent = await list_sent(connection, author, now) if deed.action is Action.SUBMIT else ()
    written = await _list_written(connection, author, now) if deed.action is Action.REVISE else ()
    substantive = deed.action is not Action.PUBLISH or await _is_substantive(connection, reply)
    return Circumstances(frozenset(voted), quorum, moderators, banned, tuple(sent), tuple(written), substantive)


async def _list_votes(connection: AsyncConnection, reply: Reply, deed: Deed) -> list[str]:
    at_stake = reply.proposed_revision if deed.action is Action.ACCEPT else reply.revision
    this = (votes.c.reply_id == reply.id) & (votes.c.revision == at_stake)
    return [row.actor for row in await rows(connection, select(votes.c.actor).where(this))]


async def _count_moderators(connection: AsyncConnection) -> int:
    wanted = staff.c.role.in_([role.value for role in who_has(Role.MODERATOR)])
    return int((await connection.execute(select(func.count(staff.c.user_id.distinct())).where(wanted))).scalar_one())


async def list_sent(connection: AsyncConnection, author_key: str, now: datetime) -> list[datetime]:
    """Answer when somebody sent replies lately."""
    lately = (replies.c.author_key == author_key) & (replies.c.submitted_at > now - OLDEST_COUNTED)
    return [row.submitted_at for row in await rows(connection, select(replies.c.submitted_at).where(lately))]


async def _list_written(connection: AsyncConnection, author_key: str, now: datetime) -> list[datetime]:
    """Answer when somebody wrote any of his replies anew lately."""
    anew = (revisions.c.made_by == "author") & (revisions.c.revision > 1)
    lately = (replies.c.author_key == author_key) & (revisions.c.made_at > now - OLDEST_COUNTED)
    found = select(revisions.c.made_at).join(replies, replies.c.id == revisions.c.reply_id).where(anew, lately)
    return [row.made_at for row in await rows(connection, found)]


async def _is_substantive(connection: AsyncConnection, reply: Reply) -> bool:
    """Tell whether the newest text says something that its author did not publish in these words before."""
    newest = (revisions.c.reply_id == reply.id) & (revisions.c.revision == reply.revision)
    (wording,) = await rows(connection, select(revisions.c.text, revisions.c.hash).where(newest))
    others = (replies.c.author_key == reply.author_key) & (replies.c.id != reply.id)
    same = others & replies.c.published_at.is_not(None) & (revisions.c.hash == wording.hash)
    joined = select(replies.c.id).join(revisions, revisions.c.reply_id == replies.c.id).where(same).limit(1)
    return is_substantive(wording.text) and not await rows(connection, joined)


async def _write(connection: AsyncConnection, change: Change) -> bool:
    """Change the row if it is what was read; False where somebody was first."""
    before, after = change.before, change.after
    values = {name: getattr(after, name) for name in FIELDS if getattr(after, name) != getattr(before, name)}
    values |= {"version": after.version} | _beside(change)  # a claim at the moment of the last one changes nothing else
    as_read = (
        (replies.c.id == before.id)
        & (replies.c.state == before.state.value)
        & (replies.c.version == before.version)
        & (replies.c.revision == before.revision)
        & replies.c.claimed_until.is_not_distinct_from(before.claimed_until)
    )
    return (await connection.execute(update(replies).where(as_read).values(values))).rowcount > 0


def _beside(change: Change) -> dict[str, Any]:
    """Answer what a deed writes into the row that no decision looks at."""
    deed, after = change.deed, change.after
    if after.state is State.ERASED:
        none = ("source", "consent", "consent_at", "flags", "destinations", "wave_id")
        return dict.fromkeys(none) | {"score": 0.0, "language": ""}
    values: dict[str, Any] = {}
    if deed.consent:
        places = [list(place) for place in deed.consent.destinations]
        values |= {"consent": deed.consent.version, "consent_at": after.submitted_at, "destinations": places}
    if deed.flags is not None:
        values |= {"flags": list(deed.flags), "score": deed.score}
    return values


async def _follow(connection: AsyncConnection, change: Change, now: datetime) -> None:
    """Write what belongs to a change."""
    before, after, deed = change.before, change.after, change.deed
    if change.counts:
        await audit.note_change(connection, change, now)
    if after.revisions > before.revisions:
        photo = deed.photo if deed.photo is not None else _photo_of(before)
        await _write_revision(connection, after.id, after.revisions, deed.text, change.actor, now, photo)
    if deed.action in {Action.APPROVE, Action.PROPOSE}:
        revision = after.revisions if deed.action is Action.PROPOSE else after.revision
        vote = {"reply_id": after.id, "revision": revision, "actor": change.actor.name, "at": now}
        await connection.execute(insert(votes).values(vote))
    if change.trust and before.author_key:
        mine = update(authors).where(authors.c.key == before.author_key)
        await connection.execute(mine.values(trust=authors.c.trust + change.trust))
    if change.tells and after.author_key:
        notice = {"reply_id": after.id, "version": after.version, "what": str(change.tells), "due_at": now}
        await connection.execute(insert_unless_there(connection, notices).values(notice))
        announce(connection, "notices")
    if after.state is State.ERASED:
        await _wipe(connection, after.id)
    if change.counts and (State.PUBLISHING in {before.state, after.state} or after.published_at):
        await publications.follow(connection, after, now)


async def _write_revision(  # noqa: PLR0913, PLR0917  (a row)
    connection: AsyncConnection,
    reply_id: str,
    number: int,
    said: str,
    actor: Actor,
    now: datetime,
    photo: Any,
) -> None:
    """Keep a text; an author's is signed by the pen that he uses now, a moderator's as the text that is there."""
    if actor.who is Who.AUTHOR:
        signed = select(authors.c.pen).where(authors.c.key == actor.key).scalar_subquery()
    else:
        current = (revisions.c.reply_id == reply_id) & (revisions.c.revision == replies.c.revision)
        signed = select(revisions.c.signed).join(replies, replies.c.id == reply_id).where(current).scalar_subquery()
    row = {"reply_id": reply_id, "revision": number, "text": said.strip(), "folded": fold(said), "hash": hash_of(said)}
    made = {"made_by": "author" if actor.who is Who.AUTHOR else actor.name, "made_at": now, "photo": photo}
    await connection.execute(insert(revisions).values(row | made | {"signed": func.coalesce(signed, "")}))


def _photo_of(reply: Reply) -> Any:
    """Answer the photo beside the newest text: other words leave it where it is."""
    this = (revisions.c.reply_id == reply.id) & (revisions.c.revision == reply.revision)
    return func.coalesce(select(revisions.c.photo).where(this).scalar_subquery(), "")


def hash_of(said: str) -> str:
    """Answer the hash of a text's words, the same for all that say the same."""
    return sha256(" ".join(tokens(said)).encode()).hexdigest()[:32]


async def _wipe(connection: AsyncConnection, reply_id: str) -> None:
    """Leave nothing of what was written, nor of who reported it or is to be told."""
    nothing = {"text": "", "folded": "", "hash": "", "signed": "", "photo": ""}
    await connection.execute(update(revisions).where(revisions.c.reply_id == reply_id).values(nothing))
    await connection.execute(delete(reports).where(reports.c.reply_id == reply_id))
    await connection.execute(delete(notices).where(notices.c.reply_id == reply_id))
    await audit.erase_notes(connection, reply_id)


async def list_by(connection: AsyncConnection, author_key: str) -> Sequence[Reply]:
    """Answer all replies of an author, the newest first."""
    found = select(*COLUMNS).where(replies.c.author_key == author_key).order_by(replies.c.created_at.desc())
    return [read(row) for row in await rows(connection, found)]
