"""`qasid screening`: what is seen in replies, how well a model that learnt from decisions orders them, and that model.

evaluate, explain   from files, and nothing is stored        export, import   the model by which the queue is ordered
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from commands.acting import note, opened, running
from db.store import learnt
from newsroom.decisions import Learnt
from newsroom.ordering import TOP, measure
from newsroom.scoring import Example, Model, train
from newsroom.screening import Facts, Flag, screen

cli = typer.Typer(no_args_is_help=True, help="What is seen in replies before a moderator reads them.")
LABELLED = '{"text": "…", "label": 0 or 1}, where 1 is what moderators would not publish'
BARE = '{"text": "…"}, and perhaps "language", the article\'s'
SHOWN = 8  # reasons of a score
MOST_DECISIONS = 1_000_000_000
Train = Annotated[Path, typer.Option("--train", help=f"Lines of {LABELLED}.")]


@cli.command("evaluate")
def evaluate_model(
    learnt: Train, test: Annotated[Path, typer.Option("--test", help="Lines of the same form, to be put in order.")]
) -> None:
    """Learn from the decisions of one file and say how well that orders another; nothing is stored."""
    known, asked = list(read_examples(learnt)), list(read_examples(test))
    for path, examples in ((learnt, known), (test, asked)):
        if len({label for _, label in examples}) < 2:  # noqa: PLR2004  (decided both ways)
            refuse(f"{path}: expected lines with the label 0 and lines with the label 1, found only one of them")
    started = time.perf_counter()
    model = train(known)
    trained = time.perf_counter()
    measured = measure([model.score(text) for text, _ in asked], [label for _, label in asked])
    scored = time.perf_counter()
    for name, told in (
        ("lines to learn from", tell_lines(known)),
        ("lines put in order", tell_lines(asked)),
        ("AUC", f"{measured.auc:.4f}"),
        (f"precision in the top {TOP:.0%}", f"{measured.precision:.4f}"),
        (f"recall in the top {TOP:.0%}", f"{measured.recall:.4f}"),
        ("seconds of training", f"{trained - started:.2f}"),
        ("milliseconds for a score", f"{(scored - trained) * 1000 / len(asked):.2f}"),
        ("size of the model, bytes", f"{len(json.dumps(model.dump())):,}"),
    ):
        print(f"{name:<28}{told}")


@cli.command("export")
@running
async def export_model(file: Annotated[Path, typer.Argument(help="Written anew.")]) -> None:
    """Write the model of this newsroom to a file: numbers alone, from which no text is read."""
    async with opened() as database, database.read() as connection:
        kept = await learnt.load(connection)
    if kept is None or kept[0].decisions == 0:
        refuse("Nothing is learnt yet: moderators have decided too little.")
    known, packed = kept
    told = learnt.unpack(packed).dump() | {"moved": {}, "decisions": known.decisions}  # no digests of texts either
    file.write_text(json.dumps(told), encoding="utf-8")
    print(f"Written: {file}, learnt from {known.decisions:,} decisions.")


@cli.command("import")
@running
async def import_model(file: Annotated[Path, typer.Argument(help="What `export` has written.")]) -> None:
    """Order the queue by the model of a file, until half as much is decided here as it was trained with."""
    model, decisions = read_model(file)
    async with opened() as database, database.write(urgent=True) as connection:
        now, version = datetime.now(UTC), await learnt.find_version(connection)
        upto = await learnt.find_newest_line(connection)
        new = Learnt(version, now, upto, decisions, is_own=False)
        is_kept = await learnt.store(connection, new, learnt.pack(model))
        if is_kept:
            await note(connection, "import model", f"{decisions} decisions", now)
    if not is_kept:
        refuse("Another model was trained at this moment; try again.")
    print(f"Taken over: a model of {decisions:,} decisions.")


def read_model(file: Path) -> tuple[Model, int]:
    """Answer the model of a file, and with how many decisions it was trained; where it is none, the command ends."""
    try:
        told = json.loads(file.read_bytes())
        model, decisions = Model.load(told | {"moved": {}}), told["decisions"]
    except OSError as error:
        refuse(f"{file}: {error.strerror}; expected what `qasid screening export` has written")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        refuse(f"{file}: {error}; expected what `qasid screening export` has written")
    if type(decisions) is not int or not 0 < decisions <= MOST_DECISIONS:
        refuse(f"{file}: no number of decisions; expected what `qasid screening export` has written")
    return model, decisions


def tell_lines(examples: list[Example]) -> str:
    """Answer how many examples there are, and how many of them were not to be published."""
    return f"{len(examples):,}, of which {sum(label for _, label in examples):,} have the label 1"


@cli.command("explain")
def explain_replies(
    learnt: Annotated[Path | None, typer.Option("--train", help=f"Lines of {LABELLED}; adds a score.")] = None,
) -> None:
    """Say what is seen in each reply; lines of JSON in and out."""
    model = train(read_examples(learnt)) if learnt else None
    for place, row in read_rows("standard input", sys.stdin.buffer):
        language = row.get("language", "")
        if not is_text(row.get("text")) or not is_text(language):
            refuse_line("standard input", place, BARE)
        flags = screen(row["text"], Facts(language=language)).flags
        told = {"flags": list(map(tell_flag, flags)), **(tell_score(model, row["text"]) if model else {})}
        print(json.dumps(told, ensure_ascii=False))


def tell_flag(flag: Flag) -> dict[str, Any]:
    """Answer a flag as plain values."""
    return {"kind": flag.kind, "said": list(flag.said), "times": flag.times}


def tell_score(model: Model, text: str) -> dict[str, Any]:
    """Answer the score of a text and what weighs most in it, as plain values."""
    reasons = [{"letters": one.letters, "weight": round(one.weight, 4)} for one in model.explain(text, SHOWN)]
    return {"score": round(model.score(text), 4), "reasons": reasons}


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the decisions of a file; where a line is none, the command ends, naming it."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        refuse(f"{path}: {error.strerror}; expected a file of lines of {LABELLED}")
    for place, row in read_rows(str(path), lines):
        if not is_text(row.get("text")) or row.get("label") not in (0, 1):
            refuse_line(str(path), place, LABELLED)
        yield Example(row["text"], int(row["label"]))


def read_rows(name: str, lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of lines of JSON with their places, from 1; empty lines are passed over."""
    for place, line in enumerate(lines, 1):
        if line.strip():
            yield place, read_row(name, place, line)


def read_row(name: str, place: int, line: bytes) -> dict[str, Any]:
    """Answer the object of a line."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        refuse_line(name, place, LABELLED if name != "standard input" else BARE)
    if not isinstance(row, dict):
        refuse_line(name, place, LABELLED if name != "standard input" else BARE)
    return row


def is_text(value: object) -> bool:
    """Tell whether a value is text, which half of a character (a lone surrogate) is not."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def refuse_line(name: str, place: int, expected: str) -> NoReturn:
    """End the command over a line."""
    refuse(f"{name}, line {place}: expected {expected}")


def refuse(message: str) -> NoReturn:
    """End the command, saying why; what was given is at fault, which the exit code 2 tells."""
    print(message, file=sys.stderr)
    raise typer.Exit(2)
