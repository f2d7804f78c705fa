"""Every select for the desk of staff: only districts where their role holds."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, column, exists, func, or_, select, table, true
from sqlalchemy.orm import Session, aliased

from geo_service.adoptions.agreements.models import Agreement
from geo_service.adoptions.desk.schemas import WAITING, LastStep, QueueRow, Rival
from geo_service.adoptions.models import Adoption
from geo_service.adoptions.queries import LIES_IN
from geo_service.adoptions.states import CLAIMING
from geo_service.db.base import as_shape
from geo_service.geometry import RD
from geo_service.history.models import Event
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.people.models import Person
from geo_service.people.schemas import STAFF, Actor
from geo_service.plots.models import Plot
from geo_service.registers.zones.models import Zone

INTERIOR = "T********"
"""DE-9IM: they share ground, not only a border."""
CELL_M = 250
HOME = table("adoption_lies_in", column("adoption_id"), column("code"), column("level"), schema="geo")
DISTRICT = table("district", column("code"), column("level"), column("name"), column("year"), schema="geo")


def queue(session: Session, actor: Actor, today: date) -> list[QueueRow]:
    """What waits in the districts of this member of staff, oldest first."""
    objecting = (
        select(func.max(Agreement.objection_until))
        .where(Agreement.adoption_id == Adoption.id, Agreement.objection_until >= today)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Adoption.id, Adoption.state, Plot.code, Plot.name, Adoption.area_m2, _buurt(), Initiative.name, Adoption.created_at,
            _needs_consent(), _competes(), objecting,
        )
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .where(within(actor), or_(Adoption.state.in_(WAITING), and_(Adoption.state == "active", objecting.is_not(None))))
        .order_by(Adoption.created_at, Adoption.id)
    )  # fmt: skip
    return [QueueRow(*row) for row in rows]


def within(actor: Actor) -> ColumnElement[bool]:
    """Adoptions in the districts where a staff role of this person holds."""
    districts = actor.districts_as(STAFF)
    if districts is None:
        return true()
    return Adoption.id.in_(select(LIES_IN.c.adoption_id).where(LIES_IN.c.code.in_(districts)))


def rivals(session: Session, adoption_id: UUID) -> list[Rival]:
    """Other requests that want some of the same ground at some of the same time, those with most overlap first."""
    mine = aliased(Adoption)
    overlap = func.st_area(func.st_intersection(Adoption.geom, mine.geom))
    members = select(func.count()).where(InitiativeMember.initiative_id == Adoption.initiative_id).scalar_subquery()
    rows = session.execute(
        select(
            Adoption.id, Plot.code, Adoption.state, Adoption.initiative_id, Initiative.name, Adoption.created_at, Adoption.area_m2,
            overlap, members, Adoption.geom,
        )
        .join(mine, _same_ground(Adoption, mine))
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .where(mine.id == adoption_id, Adoption.state.in_(CLAIMING[1:]))
        .order_by(overlap.desc(), Adoption.id)
    )  # fmt: skip
    return [replace(Rival(*row), shape=as_shape(row.geom)) for row in rows]


def last_step(session: Session, adoption_id: UUID) -> LastStep | None:
    """Who took this adoption to its state, and when."""
    steps = (
        select(Person.name, Event.kind, Event.at)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject == "adoption", Event.subject_id == str(adoption_id))
    )
    row = session.execute(steps.where(Event.kind.not_in(("insert", "update", "delete"))).order_by(Event.id.desc()).limit(1)).one_or_none()
    return LastStep(*row) if row else None


def buurt_of(session: Session, adoption_id: UUID) -> str | None:
    """The name of the buurt where most of it lies."""
    return session.scalar(select(_buurt()).where(Adoption.id == adoption_id))


def _buurt() -> ColumnElement[str]:
    newest = (
        select(DISTRICT.c.name)
        .join(HOME, and_(HOME.c.code == DISTRICT.c.code, HOME.c.level == DISTRICT.c.level))
        .where(HOME.c.adoption_id == Adoption.id)
        .order_by(func.array_position(func.string_to_array("buurt,wijk,stadsdeel,gemeente", ","), DISTRICT.c.level), DISTRICT.c.year.desc())
    )
    return newest.limit(1).scalar_subquery()


def _needs_consent() -> ColumnElement[bool]:
    """As the rules judge it: public zones where they lie, the others per cell of 250 m (``plots/zone_rules.py``)."""
    geom = Adoption.geom
    cells = func.st_makeenvelope(
        func.floor(func.st_xmin(geom) / CELL_M) * CELL_M,
        func.floor(func.st_ymin(geom) / CELL_M) * CELL_M,
        func.floor(func.st_xmax(geom) / CELL_M + 1) * CELL_M,
        func.floor(func.st_ymax(geom) / CELL_M + 1) * CELL_M,
        RD,
    )
    met = or_(
        and_(Zone.disclosure == "public", Zone.effect == "needs_consent", func.st_relate(Zone.geom, geom, INTERIOR)),
        and_(Zone.disclosure == "named", Zone.effect.in_(("needs_consent", "forbidden")), func.st_relate(Zone.geom, cells, INTERIOR)),
        and_(Zone.disclosure == "hidden", func.st_relate(Zone.geom, cells, INTERIOR)),
    )
    return exists().where(Zone.geom.op("&&")(cells), Zone.valid.op("&&")(Adoption.period), met)


def _competes() -> ColumnElement[bool]:
    other = aliased(Adoption)
    return and_(Adoption.state.in_(CLAIMING), exists().where(_same_ground(Adoption, other), other.state.in_(CLAIMING[1:])))


def _same_ground(one: type[Adoption], other: type[Adoption]) -> ColumnElement[bool]:
    return and_(
        one.id != other.id,
        one.geom.op("&&")(other.geom),
        one.period.op("&&")(other.period),
        func.st_relate(one.geom, other.geom, INTERIOR),
    )
