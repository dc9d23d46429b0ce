"""The kinds of columns that tables are made of."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Integer,
    Text,
    TypeDecorator,
    text,
)

from newsroom.reasons import Reason


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in and out. SQLite keeps it as text without a zone, which sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it could be anybody's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must say its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Answer the moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ReasonText(TypeDecorator[str]):
    """Why a source cannot be read: a `Reason` in and out, nothing where there is none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Keep what a reason is made of."""
        del dialect
        return value.dump() if isinstance(value, Reason) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Answer the reason."""
        del dialect
        return Reason.load(value) if value else value


EMPTY = text("''")
# SQLite numbers rows by itself only when the key is its INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")


def among(column: str, *states: str) -> CheckConstraint:
    """Answer the check that a state is one of those that exist; the commonest stands first, for it is tried first.

    Not as a list: SQLite would build one for each row that it writes, a third of the time that planning a row takes.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{state}'" for state in states), name=column)


def key(name: str, kind: Any = RowId) -> Column[Any]:
    """Answer a primary key column."""
    return Column(name, kind, primary_key=True)
