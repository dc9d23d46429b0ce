"""Simulate: a day of a news site for 100 thousand, 10 million and 100 million readers, in virtual time.

    plan_day (articles, one breaking story, digests) ─▶ order_pushes ─▶ the line of slots ─▶ hours, by lane

When a reader's row falls due, which push is served and how fast are the rules of `newsroom/readers.py`, `pushes.py` and
`pacing.py`, called as a worker calls them. Only the claims are wider: a share of the whole day instead of a window of
rows, yet cut where the next push falls due, so that none waits for another's claim. What is a model and no rule of
ours: who follows what, and the digest. A new question about growth is a function that prints, called by `run`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, product
from math import ceil, prod
from textwrap import fill

from bench import sizes
from bench.sizes import Sizes
from db.store.pushes import KEPT_FOR
from newsroom.delivery import SMALLEST_WINDOW
from newsroom.pacing import Pace, current_rate, next_slot
from newsroom.pushes import Lane, RunningPush, order_pushes
from newsroom.readers import Rhythm, Schedule, next_delivery
from settings import Settings

AUDIENCES = (100_000, 10_000_000, 100_000_000)  # readers
DIGESTS = (0.0, 0.5, 0.9)  # of them, how many read a digest
TOKENS = (1, 10, 100)
FREE = float(Settings.model_fields["send_rate"].default)  # messages a second and token
# Bots FAQ, "How can I message all of my bot's subscribers at once": up to 1000/s, each above 30/s for 0.1 Star.
PAID, UNPAID, STARS = 1000.0, 30, 0.1
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

# The share of the readers that follows a topic, independently of the others: four follows a reader.
SHARES = {
    "politics": 0.45, "economy": 0.40, "diplomacy": 0.40, "technology": 0.40, "trade": 0.30, "security": 0.30,
    "society": 0.25, "belt-road": 0.20, "culture": 0.20, "sports": 0.20, "science-space": 0.20, "energy-climate": 0.15,
    "health": 0.15, "tourism": 0.15, "education": 0.10, "opinion": 0.10, "agriculture": 0.05,
}  # fmt: skip
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
ARTICLES, FIRST_AT, APART = 40, timedelta(hours=6), timedelta(minutes=24)
SECOND_TOPIC = 5  # every fifth article is about two topics
BREAKING, BREAKING_AT = ("diplomacy", "security"), timedelta(hours=13)
DIGEST_AT = timedelta(hours=18)  # once a day: its window is 24 hours
INSTANT = Schedule(Rhythm.INSTANT, "Asia/Riyadh")
CLAIMS = 2_000  # that a day is divided into


@dataclass(frozen=True, slots=True)
class Posting:
    """A push of the day: so many messages, from then on."""

    lane: Lane
    due_at: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What left in one claim."""

    posting: Posting
    messages: int
    first_at: datetime
    last_at: datetime


def list_articles() -> Iterator[tuple[datetime, set[str]]]:
    """Yield when each article of the day appears, and what it is about."""
    topics = list(SHARES)
    for number in range(ARTICLES):
        about = {topics[number % len(topics)]}
        if number % SECOND_TOPIC == 0:
            about.add(topics[(number + SECOND_TOPIC) % len(topics)])
        yield MIDNIGHT + FIRST_AT + APART * number, about


def reached(topics: Iterable[str]) -> float:
    """Answer the share of the readers who follow at least one of the topics."""
    return 1 - prod(1 - SHARES[topic] for topic in topics)


def plan_day(readers: int, digests: float) -> list[Posting]:
    """Answer the pushes of a day; breaking news reach all who follow them at once, whatever their rhythm."""
    alarm = next_delivery(INSTANT, MIDNIGHT + BREAKING_AT)
    planned = [Posting(Lane.BREAKING, alarm, round(readers * reached(BREAKING)))]
    for at, topics in list_articles():
        messages = round(readers * (1 - digests) * reached(topics))
        planned.append(Posting(Lane.NEWS, next_delivery(INSTANT, at), messages))
    merged = set[str]().union(*(topics for _, topics in list_articles()))
    digest = Posting(Lane.DIGEST, MIDNIGHT + DIGEST_AT, round(readers * digests * reached(merged)))
    return [posting for posting in [*planned, digest] if posting.messages]


def deliver(day: Sequence[Posting], full_rate: float, claims: int = CLAIMS) -> list[Chunk]:
    """Send a day's pushes by one token, in the order and at the pace of a worker."""
    left = {number: posting.messages for number, posting in enumerate(day)}
    running = [
        RunningPush(number, posting.lane, posting.due_at, opened_at=posting.due_at)
        for number, posting in enumerate(day)
    ]
    size = max(SMALLEST_WINDOW, sum(left.values()) // claims)
    pace = Pace(next_slot_at=MIDNIGHT, paused_until=MIDNIGHT, slowed_to=1.0, slowed_at=MIDNIGHT)
    now, served, chunks = MIDNIGHT, dict[tuple[int, bool], int](), list[Chunk]()
    for turn in count(1):
        running = [push for push in running if left[push.id]]
        if not running:
            break
        now = max(now, min(push.due_at for push in running))
        push = order_pushes(running, turn, served, now)[0]
        first_at, rate = next_slot(pace, now), current_rate(pace, full_rate, now)
        until = min((other.due_at for other in running if other.due_at > now), default=datetime.max.replace(tzinfo=UTC))
        taken = min(left[push.id], size, max(1, ceil((until - first_at).total_seconds() * rate)))
        now = first_at + timedelta(seconds=taken / rate)
        pace = replace(pace, next_slot_at=now)
        chunks.append(Chunk(day[push.id], taken, first_at, now))
        left[push.id] -= taken
        served[push.id, push.is_edit] = turn
    return chunks


@cache
def simulate(readers: int, digests: float, rate: float) -> list[Chunk]:
    """Answer how a token sends a day to its readers."""
    return deliver(plan_day(readers, digests), rate)


def count_messages(readers: int, digests: float) -> int:
    """Answer the messages of a day."""
    return sum(posting.messages for posting in plan_day(readers, digests))


def measure_load(readers: int, digests: float, rate: float) -> float:
    """Answer the messages of a day as a share of what a token sends in a day; above 1 a day does not fit into a day."""
    return count_messages(readers, digests) / (rate * DAY.total_seconds())


def longest_wait(readers: int, digests: float, rate: float, lane: Lane) -> timedelta:
    """Answer when the last reader of the slowest push of a lane has it, counted from when it fell due."""
    chunks = (chunk for chunk in simulate(readers, digests, rate) if chunk.posting.lane is lane)
    return max((chunk.last_at - chunk.posting.due_at for chunk in chunks), default=timedelta())


def most_readers(digests: float, rate: float, lane: Lane, within: timedelta) -> int:
    """Answer how many readers a token may have, to the thousand, if the last one is to wait no longer than this."""
    thousands = range(1_000, 100_000_000, 1_000)
    fitting = bisect_right(thousands, within, key=lambda readers: longest_wait(readers, digests, rate, lane))
    return thousands[fitting - 1] if fitting else 0


def fill_day(digests: float, rate: float) -> int:
    """Answer how many readers fill a token's day to its last slot."""
    return int(1_000_000 / measure_load(1_000_000, digests, rate))


def run() -> None:
    """Print the figures."""
    print_inputs()
    print_hours()
    print_limits()
    print_room(sizes.measure())


def print_inputs() -> None:
    """Print what the figures follow from."""
    follows, mean = sum(SHARES.values()), count_messages(1_000_000, 0) / 1_000_000
    print(fill(f"followed by: {', '.join(f'{topic} {share:.0%}' for topic, share in SHARES.items())}", width=120))
    print(f"a day: {ARTICLES} articles, every 24 minutes from 06:00; breaking news at 13:00: {', '.join(BREAKING)}")
    print(f"a reader: {follows:.1f} follows, {mean:.2f} deliveries a day; breaking news reach {reached(BREAKING):.0%}")
    print("a digest: at 18:00, in one message all since the last one (a model)")
    print(f"a free token: {FREE:.0f} messages/s, {FREE * HOUR.total_seconds():,.0f} an hour")
    print(f"a paid token: {PAID:.0f} messages/s, {STARS} Star for each above {UNPAID}/s")
    print(f"0 / 50 / 90: per cent of the readers who read a digest; deliveries are kept {KEPT_FOR.days} days\n")


def print_hours() -> None:
    """Print how long the day takes to reach its readers: in each lane until the last one has the slowest push."""
    print("load: a day's messages ÷ those that the tokens can send in a day")
    print("breaking, news, digest: until the last reader has the slowest push of that one day\n")
    columns = ("load 0 / 50 / 90", "breaking", "news 0 / 50 / 90", "digest 50 / 90", "thousand Stars a day")
    print(f"    readers tokens   rate{columns[0]:>24}{columns[1]:>11}{columns[2]:>33}{columns[3]:>22}{columns[4]:>27}")
    for readers, tokens, rate in product(AUDIENCES, TOKENS, (FREE, PAID)):
        each = [(readers // tokens, digests, rate) for digests in DIGESTS]
        loads = " ".join(f"{measure_load(*one):7.2f}" for one in each)
        breaking = show(max(longest_wait(*one, Lane.BREAKING) for one in each))
        news = "".join(show(longest_wait(*one, Lane.NEWS)) for one in each)
        digest = "".join(show(longest_wait(*one, Lane.DIGEST)) for one in each[1:])
        above = max(0.0, 1 - UNPAID / rate) * STARS * tokens / 1000
        stars = "".join(f"{count_messages(one, digests) * above:9,.0f}" for one, digests, _ in each)
        print(f"{readers:11,}{tokens:7}{rate:5.0f}/s {loads}{breaking}{news}{digest}{stars}")


def print_limits() -> None:
    """Print how many readers one token serves, by what is asked of it."""
    print("\none token's readers, at most")
    print("   rate  digests  breaking within 15 min  news within an hour  a day within a day")
    for rate, digests in product((FREE, PAID), DIGESTS):
        breaking, news = (Lane.BREAKING, MINUTE * 15), (Lane.NEWS, HOUR)
        found = [most_readers(digests, rate, *breaking), most_readers(digests, rate, *news), fill_day(digests, rate)]
        print(f"{rate:5.0f}/s {digests:8.0%} {found[0]:23,} {found[1]:20,} {found[2]:19,}")


def print_room(measured: Sequence[Sizes]) -> None:
    """Print what rows take: of the audiences, and of what a free token can serve."""
    print(f"\nbytes, indexes included, measured with {sizes.ARTICLES} deliveries to each of {sizes.READERS:,} readers")
    print("                  a delivery  a subscriber with four follows")
    for size in measured:
        print(f"{size.engine:17} {size.delivery:10.0f} {size.subscriber:31.0f}")
    for size in measured:
        print(f"\n{size.engine}, GB\n    readers    rows a day      rows kept  readers    a day       kept")
        for readers in sorted({*AUDIENCES, *(fill_day(digests, FREE) for digests in DIGESTS)}):
            rows = count_messages(readers, 0)
            room = (readers * size.subscriber, rows * size.delivery, rows * size.delivery * KEPT_FOR.days)
            gigabytes = " ".join(f"{part / 1e9:{width},.2f}" for part, width in zip(room, (8, 8, 10), strict=True))
            print(f"{readers:11,} {rows:13,} {rows * KEPT_FOR.days:14,} {gigabytes}")


def show(wait: timedelta) -> str:
    """Write a wait in the unit that suits it."""
    if wait < MINUTE:
        return f"{wait.total_seconds():9.0f} s"
    return f"{wait / MINUTE:7.0f} min" if wait < 2 * HOUR else f"{wait / HOUR:9,.1f} h"
