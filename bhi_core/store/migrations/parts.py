"""The columns, constraints and tables that the migrations are written with; what they make never changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from bhi_core.store.types import Moment

Column = sa.Column[Any]


def text(name: str, *more: Any, needed: bool = False) -> Column:
    """Give a column of text."""
    return sa.Column(name, sa.Text(), *more, nullable=not needed)


def number(name: str, kind: Any = sa.Integer, needed: bool = False) -> Column:
    """Give a column of numbers."""
    return sa.Column(name, kind(), nullable=not needed)


def key(name: str = "id") -> Column:
    """Give a primary key that the writer fills."""
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False, primary_key=True)


def moment(name: str, needed: bool = True) -> Column:
    """Give a column of moments, UTC."""
    return sa.Column(name, Moment(timezone=True), nullable=not needed)


def day(name: str, needed: bool = False) -> Column:
    """Give a column of dates."""
    return sa.Column(name, sa.Date(), nullable=not needed)


def sane(*names: str) -> list[sa.CheckConstraint]:
    """Hold dates to living memory."""
    return [check(f"{name}_in_range", f"{name} BETWEEN '1900-01-01' AND '2199-12-31'") for name in names]


def word(name: str, values: Sequence[str], needed: bool = False) -> Column:
    """Give a column that takes the words of a closed list."""
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=not needed)


def flag(name: str) -> Column:
    """Give a column of yes and no."""
    return sa.Column(name, sa.Boolean(create_constraint=True, name=name), nullable=False)


def check(name: str, rule: str) -> sa.CheckConstraint:
    """Give a rule that every row keeps."""
    return sa.CheckConstraint(rule, name=name)


def points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Hold a column to what another table has."""
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def numbered(table: str, *columns: Any) -> None:
    """Make a table whose rows say when and by whom they were recorded."""
    op.create_table(table, key(), moment("recorded_at"), text("recorded_by", needed=True), *columns)


def kept(table: str, *columns: Any) -> None:
    """Make a table of versions."""
    numbered(
        table,
        number("batch_id"),
        number("line"),
        moment("superseded_at", needed=False),
        number("superseded_by"),
        text("superseded_why"),
        *columns,
        check("superseded_after", "superseded_at >= recorded_at"),
        check("superseded_when", "superseded_by IS NULL OR superseded_at IS NOT NULL"),
        check("superseded_by_another", "superseded_by <> id"),
    )


def of_a_patient(table: str, dated: str, *columns: Any) -> None:
    """Make a table of records of a patient on a date."""
    kept(table, number("patient_id", needed=True), points_to(table, "patient_id", "patient.id"), *columns)
    op.create_index(f"ix_{table}_patient_id", table, ["patient_id", dated])


def one_current(table: str, *columns: str, label: str = "current", more: str = "") -> None:
    """Let one current version exist for each value of some columns."""
    where = sa.text("superseded_at IS NULL" + more)
    name = f"uq_{table}_{label}_{'_'.join(columns)}"
    op.create_index(name, table, list(columns), unique=True, sqlite_where=where, postgresql_where=where)
