"""`python -m bench delivery`: run a bench by its name."""

import sys
from collections.abc import Callable

from bench import delivery, simulate

BENCHES: dict[str, Callable[[], None]] = {"delivery": delivery.run, "simulate": simulate.run}


def run_bench(name: str) -> None:
    """Run a bench and let it print its figures."""
    if name not in BENCHES:
        print(f"no bench {name}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        sys.exit(2)
    BENCHES[name]()


if __name__ == "__main__":
    run_bench(sys.argv[1] if len(sys.argv) > 1 else "delivery")
