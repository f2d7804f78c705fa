"""What is stored of a person in any room, and how they are forgotten.

The rows are found through the models: every foreign key to a person, and every column that holds an address. So a new table cannot be left
out. What forgetting does to a row is told by its foreign key, as for a person who is deleted: CASCADE removes it, SET NULL takes the person
out of it, and a row without either (an agreement, a request) stays and points at nobody in particular.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from geo_service.db.tables import all_tables
from geo_service.people.models import Person

WITHOUT_KEY = {"event": "actor_id", "idempotency_key": "person_id"}
"""Tables that point at a person without a foreign key."""
NOT_OF_EVENTS = ("before", "after")
"""The records that somebody changed are not about them."""
NOBODY = "@forgotten.invalid"


def references() -> list[Column[Any]]:
    """Every column of any room that points at a person."""
    columns = [column for table in _tables() for column in table.columns]
    return [column for column in columns if _key(column) is not None or WITHOUT_KEY.get(column.table.name) == column.name]


def addresses() -> list[Column[Any]]:
    """Every column of any room that holds an e-mail address."""
    return [column for table in _tables() for column in table.columns if column.name == "email" or column.name.endswith("_email")]


def stored(session: Session, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """All rows about a person, by table. Without pictures, shapes and the digests of secrets; other people in these rows are left out."""
    person = session.get_one(Person, person_id)
    found = {
        "person": [_row(Person.__table__, row._mapping, person_id) for row in _rows(session, Person.__table__, Person.id == person_id)]
    }
    for table, theirs in _about(person):
        rows = [_row(table, row._mapping, person_id) for row in _rows(session, table, theirs)]
        found |= {table.name: rows} if rows else {}
    return found


def counted(session: Session, person_id: UUID) -> dict[str, int]:
    """How many rows about a person each table holds, those without any left out; the person's own row is not counted."""
    person = session.get_one(Person, person_id)
    sums = {table.name: select(func.count()).select_from(table).where(theirs).scalar_subquery() for table, theirs in _about(person)}
    row = session.execute(select(*(each.label(name) for name, each in sums.items()))).one()
    return {name: count for name, count in row._mapping.items() if count}


def forget(session: Session, person_id: UUID, now: datetime) -> None:
    """Make nobody of a person: what must stay keeps pointing at a row without a name and an address."""
    person = session.get_one(Person, person_id, with_for_update=True)
    for column in addresses():
        mine = func.lower(column) == person.email.lower()
        session.execute(update(column.table).where(mine).values({column: None}) if column.nullable else delete(column.table).where(mine))
    for column in references():
        rule = "CASCADE" if column.table.name == "idempotency_key" else _ondelete(column)
        if rule == "CASCADE":
            session.execute(delete(column.table).where(column == person_id))
        elif rule == "SET NULL":
            session.execute(update(column.table).where(column == person_id).values({column: None}))
    person.email, person.name, person.language = f"{person.id}{NOBODY}", None, "nl"
    person.oidc_subject, person.confirmed_at, person.forgotten_at = None, None, now
    session.flush()


def takes_part() -> Iterator[ColumnElement[bool]]:
    """For each way to take part in anything: whether a person (of the query around it) does."""
    for column in references():
        if column.table.name not in WITHOUT_KEY:
            yield exists().where(column == Person.id)


def _about(person: Person) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Each table that may hold something of a person, and which rows of it do."""
    for table in _tables():
        conditions = [column == person.id for column in references() if column.table is table]
        conditions += [func.lower(column) == person.email.lower() for column in addresses() if column.table is table]
        if conditions:
            yield table, or_(*conditions)


def _tables() -> list[Table]:
    return [table for table in all_tables().sorted_tables if table.name != "person"]


def _key(column: Column[Any]) -> Any:
    return next((key for key in column.foreign_keys if key.column.table is Person.__table__), None)


def _ondelete(column: Column[Any]) -> str | None:
    key = _key(column)
    return key.ondelete.upper() if key is not None and key.ondelete else None


def _rows(session: Session, table: Any, condition: ColumnElement[bool]) -> Any:
    told = [column for column in table.columns if not isinstance(column.type, LargeBinary) and not hasattr(column.type, "geometry_type")]
    told = [column for column in told if not (table.name == "event" and column.name in NOT_OF_EVENTS)]
    return session.execute(select(*told).where(condition))


def _row(table: Any, row: Mapping[str, Any], person_id: UUID) -> dict[str, Any]:
    others = {column.name for column in table.columns if _key(column) is not None and row.get(column.name) != person_id}
    return {name: value for name, value in row.items() if name not in others}
