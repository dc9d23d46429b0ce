"""The ledger of the state machine of deliveries: what is known of each row, and what must hold of it.

    machine ─▶ take, arrive, land ─▶ Ledger ◀─ see, close ◀─ Snapshot ◀─ stores

The machine does things in any order, tells the ledger, and lets it look at the rows after each. A new promise is a line
of `see` or, for what holds only in the end, of `close`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.store import HOLD
from db.store.deliveries import STOPPED
from newsroom.outcomes import MOST_ATTEMPTS, REFUSED, Came
from newsroom.work import Claimed, Shape
from tests.db.flights import Flight, Key, Place, Request, Snapshot
from tests.db.world import Message, World

ENDS = {Came.GONE, Came.CLOSED, Came.BARRED, Came.REFUSED}  # after these a row has failed
FAULTS = {Came.AGAIN, Came.DOUBT}  # after MOST_ATTEMPTS of these too, and of workers that left it


@dataclass(slots=True)
class Entry:
    """What the ledger knows of a row."""

    body: bytes = b""
    expires_at: datetime | None = None
    arrived: int = 0
    doubts: int = 0
    twins: int = 0  # rows that became one with it, and had arrived or were under way as it had or was
    faults: int = 0
    is_sent: bool = False
    came: set[Came] = field(default_factory=set)
    done_with: int = 0  # the version whose edit is not tried again


@dataclass(slots=True)
class Ledger:
    """What is known of the rows, and must hold of them."""

    world: World
    seen: Snapshot
    entries: dict[Key, Entry] = field(default_factory=dict)
    flights: list[Flight] = field(default_factory=list)  # whose answer may still come
    crashed: list[Flight] = field(default_factory=list)  # whose answer will never come
    became: dict[int, int] = field(default_factory=dict)  # subscribers that are another's by now

    def plan(self, push_id: int) -> None:
        """Expect a row for everybody who is awake."""
        self.world.wanted[push_id] = 1
        for place, subscriber_id in self.seen.subscribers.items():
            if place[0] not in self.world.asleep and place not in self.world.closed:
                self.entries[push_id, subscriber_id] = Entry()

    def write(self, row_id: int, body: bytes, expires_at: datetime | None) -> None:
        """Expect a single message."""
        self.entries[0, row_id] = Entry(body, expires_at)

    def entry(self, flight: Flight) -> Entry:
        """Answer the entry of a row under way, whoever's it is by now."""
        push_id, row_id = flight.key
        return self.entries[push_id, self.became.get(row_id, row_id) if push_id else row_id]

    def take(self, claimed: Sequence[Claimed], now: datetime, *, is_answer: bool = False) -> list[Flight]:
        """Note what a worker has claimed, and that it was right to."""
        flights = [
            Flight(row, row.content.wanted if isinstance(row.content, Shape) else 0, request, is_answer)
            for request in map(Request, claimed)
            for row in request.claimed.rows
        ]
        for flight in flights:
            assert is_answer or flight.row.refused in self._objections(flight, now), flight.row
        self.flights += flights
        return flights

    def _objections(self, flight: Flight, now: datetime) -> set[str]:
        """Answer what is against sending a row, in the words of the stores; nothing is an empty word."""
        row, entry = flight.row, self.entry(flight)
        objections = {"chat suspended"} if row.chat_id in self.world.asleep else set()
        if flight.wording is None:
            assert not isinstance(row.content, Shape)
            assert row.content.body == entry.body
            late = entry.expires_at is not None and entry.expires_at <= now
            return objections | ({"too late"} if late else set()) or {""}
        assert flight.version == self.world.wanted[flight.push_id]
        if row.edit is None:
            assert not entry.is_sent, "it was sent already"
            assert flight.push_id not in self.world.paused | self.world.cancelled
        else:
            assert flight.push_id not in self.world.held
        objections |= {"subscriber suspended"} if flight.place in self.world.closed else set()
        objections |= {STOPPED} if flight.wording in self.world.stopped else set()
        return objections or {""}

    def find_mates(self, flight: Flight) -> list[Flight]:
        """Answer all rows that go by the request of a row under way, itself among them."""
        return [other for other in self.flights if other.request is flight.request]

    def can_arrive(self, flight: Flight) -> bool:
        """Tell whether what is to be edited is there."""
        return flight.row.edit is None or flight.row.edit.message_id in self.world.chats[flight.row.chat_id]

    def arrive(self, flight: Flight) -> int:
        """Let a request reach its chat; answers the message that stands there then."""
        edit, chat = flight.row.edit, self.world.chats[flight.row.chat_id]
        if edit is None:
            self.entry(flight).arrived += 1
            return self._put(flight)
        assert flight.push_id in chat[edit.message_id].shows, "another story's message was overwritten"
        chat[edit.message_id].shows[flight.push_id] = flight.version
        return edit.message_id

    def _put(self, flight: Flight) -> int:
        """Let a message stand in its chat, one for all rows of its request."""
        request, chat_id = flight.request, flight.row.chat_id
        if request.stands is None:
            request.stands = self.world.put(chat_id, Message({}))
        self.world.chats[chat_id][request.stands].shows[flight.push_id] = flight.version
        return request.stands

    def arrive_unseen(self, flight: Flight) -> None:
        """Let a request reach its chat of which nobody ever hears, unless it is so late that all have moved on."""
        if self.owns(flight) and self.can_arrive(flight) and not flight.row.refused:
            self.arrive(flight)

    def crash(self, flight: Flight, *, had_left: bool) -> None:
        """Note that no answer will come."""
        self.flights.remove(flight)
        self.crashed.append(flight)
        if had_left:
            self.arrive_unseen(flight)

    def owns(self, flight: Flight) -> bool:
        """Tell whether nobody has taken a row since this flight did."""
        row = self.seen.rows.get(flight.key)
        return row is not None and (row.worker_id, row.claimed_at) == (flight.row.worker_id, flight.row.claimed_at)

    def land(self, flight: Flight, came: Came) -> None:
        """Note what came back, before it is settled."""
        self.flights.remove(flight)
        chat_id = flight.row.chat_id
        if came is Came.REFUSED and self.is_outdated(flight):
            return
        if flight.row.refused == STOPPED and flight.wording not in self.world.stopped:
            return  # it is mended meanwhile
        if self.owns(flight):
            self._note(self.entry(flight), flight, came)
        if came is Came.GONE and flight.push_id not in self.world.held:
            self.world.gone.add((flight.push_id, chat_id))
            if chat_id in self.seen.chats:
                self.world.shut(chat_id, flight.row.claimed_at)
        if came is Came.CLOSED and flight.push_id and flight.place in self.seen.subscribers:
            self.world.closed.add(flight.place)
        self.world.is_halted |= came is Came.HALT

    def _note(self, entry: Entry, flight: Flight, came: Came) -> None:
        entry.faults += came in FAULTS
        if flight.row.edit is None:
            entry.came.add(came)
        elif came in ENDS | {Came.UNWANTED, Came.MOVED}:
            entry.done_with = flight.version

    def is_outdated(self, flight: Flight) -> bool:
        """Tell whether what was sent is not what is wanted by now: that it was refused says nothing."""
        return flight.push_id > 0 and flight.version < self.world.wanted[flight.push_id]

    def stop(self, flight: Flight) -> None:
        """Note that a wording is sent to nobody else."""
        if flight.wording and not self.is_outdated(flight):
            self.world.stopped.add(flight.wording)

    def rewrite(self, push_id: int) -> None:
        """Note that a newer version of a story is wanted."""
        self.world.wanted[push_id] += 1
        self.mend(push_id)

    def mend(self, push_id: int) -> None:
        """Note that what was stopped of a push is tried anew: whoever did not get it for that is to get it."""
        for key, row in self.seen.rows.items():
            if key[0] == push_id and (row.reason == STOPPED or row.reason.startswith(REFUSED)):
                self.entries[key].came -= {Came.UNWANTED, Came.REFUSED}
        self.world.mend(push_id)

    def ask(self, key: Key, *, is_new: bool) -> None:
        """Expect a row for a reader who asks for it by himself, and no second one."""
        assert is_new == (key not in self.entries)
        self.entries.setdefault(key, Entry())

    def find_uncertain(self) -> list[Key]:
        """Answer the rows of which a person is to say what became of them."""
        return [key for key, row in self.seen.rows.items() if row.state == "uncertain" and key[0]]

    def see(self, seen: Snapshot, now: datetime) -> None:
        """Look at the stores: nothing is lost, nothing sent again, what may have come twice is on record."""
        self._follow_moves(seen)
        before, self.seen = self.seen.rows, seen
        assert set(seen.rows) == set(self.entries)
        under_way = {flight.key for flight in self.flights + self.crashed if self.owns(flight)}
        for key, row in seen.rows.items():
            assert row.state != "sending" or key in under_way
            was_left = key in before and before[key].state == "sending" != row.state and key in under_way
            self.entries[key].faults += was_left
            self._look_at(self.entries[key], row)
        assert {chat for chat, state in seen.chats.items() if state == "suspended"} == self.world.asleep
        assert {push for push, row in seen.pushes.items() if row.state == "cancelled"} == self.world.cancelled
        requests = {flight.request for flight in self.flights + self.crashed if self._is_live(flight, now)}
        live = Counter(request.claimed.chat_id for request in requests)
        assert all(count == 1 for count in live.values()), "two requests to one chat"

    def _look_at(self, entry: Entry, row: Any) -> None:
        assert row.doubts >= entry.doubts, "a doubt was forgotten"
        entry.doubts = row.doubts
        assert entry.arrived <= 1 + row.doubts + entry.twins, "it came twice, and no doubt is on record"
        entry.is_sent |= row.state == "sent"
        is_edited = row.state == "sending" and row.message_id is not None
        assert not entry.is_sent or row.state == "sent" or is_edited, "it was sent already"
        assert row.reason or row.state not in {"failed", "skipped", "uncertain"}

    def _is_live(self, flight: Flight, now: datetime) -> bool:
        passes = flight.is_answer or flight.row.refused
        is_ours = self.owns(flight) and self.seen.rows[flight.key].state == "sending"
        return is_ours and not passes and now - flight.row.claimed_at < HOLD

    def _follow_moves(self, seen: Snapshot) -> None:
        """Go with the readers of groups to their new ids; what the old id had chosen is the older consent."""
        for old, new in self.world.moves.items():
            for place, subscriber_id in self.seen.subscribers.items():
                if place[0] == old and place not in seen.subscribers:
                    self._follow(place, (new, place[1]), subscriber_id, seen)
            if new in seen.chats:
                self.world.move(old)
            self.world.asleep -= {old} - set(seen.chats)

    def _follow(self, old: Place, new: Place, subscriber_id: int, seen: Snapshot) -> None:
        kept = seen.subscribers[new]
        ids = {subscriber_id, self.seen.subscribers.get(new, kept)}
        for push_id in self.world.wanted:
            self._join(push_id, ids, kept)
        self.became |= dict.fromkeys(ids - {kept}, kept)
        self.world.closed -= {new}
        self.world.closed = {new if place == old else place for place in self.world.closed}

    def _join(self, push_id: int, ids: Iterable[int], kept: int) -> None:
        """Make one entry of two; what both had or may have by now came twice, and rightly so."""
        both = {row_id: self.entries.pop((push_id, row_id)) for row_id in ids if (push_id, row_id) in self.entries}
        if not both:
            return
        flying = {flight.row.row_id for flight in self.flights if flight.push_id == push_id}
        committed = sum(entry.arrived > 0 or row_id in flying for row_id, entry in both.items())
        self.entries[push_id, kept] = Entry(
            arrived=sum(entry.arrived for entry in both.values()),
            doubts=sum(entry.doubts for entry in both.values()),
            twins=sum(entry.twins for entry in both.values()) + max(0, committed - 1),
            faults=max(entry.faults for entry in both.values()),
            is_sent=any(entry.is_sent for entry in both.values()),
            came=set().union(*(entry.came for entry in both.values())),
            done_with=max(entry.done_with for entry in both.values()),
        )

    def close(self) -> None:
        """Look at what became of everything, when all that was due has been answered."""
        for key, row in self.seen.rows.items():
            if key[0] not in self.world.cancelled:
                self._look_at_end(self.entries[key], row)
            if row.state == "sent" and key[0]:
                self._look_at_message(key, row)
        for push_id, push in self.seen.pushes.items():
            assert push.state == ("cancelled" if push_id in self.world.cancelled else "done")
            assert push.edits_at is None

    def _look_at_end(self, entry: Entry, row: Any) -> None:
        ends = {
            "sent": entry.arrived > 0 or row.message_id is None,  # or a person said that it arrived
            "failed": entry.came & ENDS or entry.faults >= MOST_ATTEMPTS,
            "skipped": Came.UNWANTED in entry.came,
            "uncertain": row.doubts > 0,
        }
        assert ends.get(row.state), f"it was lost: {row}"
        if not row.doubts and not entry.twins:
            assert entry.arrived == (row.state == "sent")

    def _look_at_message(self, key: Key, row: Any) -> None:
        (chat_id,) = (chat_id for (chat_id, _), found in self.seen.subscribers.items() if found == key[1])
        if row.message_id is None:  # out of reach, for one of two reasons
            assert chat_id in self.world.moves.values() or row.reason == "a person decided"
            return
        shown, wanted, entry = self.world.chats[chat_id][row.message_id], self.world.wanted[key[0]], self.entries[key]
        is_right = wanted in {shown.shows[key[0]], entry.done_with} or entry.faults >= MOST_ATTEMPTS
        assert is_right, "what it shows was never corrected"
