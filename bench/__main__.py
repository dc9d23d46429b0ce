"""`python -m bench delivery`: run a bench by its name."""

import sys
from collections.abc import Callable

from bench import (
    budget,
    charts,
    collect,
    delivery,
    digest,
    encodings,
    fanout,
    flood,
    fonts,
    keywords,
    latency,
    memory,
    pictures,
    sandbox,
    search,
    simulate,
    stories,
    text,
    topics,
    year,
)

BENCHES: dict[str, Callable[..., None]] = {
    "budget": budget.run,
    "charts": charts.run,
    "collect": collect.run,
    "delivery": delivery.run,
    "digest": digest.run,
    "encodings": encodings.run,
    "fanout": fanout.run,
    "flood": flood.run,
    "fonts": fonts.run,
    "keywords": keywords.run,
    "latency": latency.run,
    "memory": memory.run,
    "pictures": pictures.run,
    "sandbox": sandbox.run,
    "search": search.run,
    "simulate": simulate.run,
    "stories": stories.run,
    "text": text.run,
    "topics": topics.run,
    "year": year.run,
}


def run_bench(name: str, *arguments: str) -> None:
    """Run a bench and let it print its figures; what else is said goes to it."""
    if name not in BENCHES:
        print(f"no bench {name}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        sys.exit(2)
    BENCHES[name](*arguments)


if __name__ == "__main__":
    run_bench(*(sys.argv[1:] or ["delivery"]))
