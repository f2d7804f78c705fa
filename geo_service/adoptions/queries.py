"""Every select on adoptions. What a reader may see is decided here, in the query."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from shapely import MultiPolygon
from sqlalchemy import ColumnElement, Row, Select, and_, column, exists, false, func, or_, select, table, text, true, union
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption, Pause
from geo_service.adoptions.schemas import AdoptionView, PauseView
from geo_service.adoptions.states import PUBLIC_STATUS
from geo_service.db.base import as_geometry, as_shape
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.people.schemas import STAFF, Actor
from geo_service.plots.geojson import Asked
from geo_service.plots.models import Plot

LIES_IN = table("adoption_lies_in", column("adoption_id"), column("code"), schema="geo")
PLOTS = table("zelfbeheerplekken", column("plekcode"), column("status"), schema="layers")
"""What everybody may know of a plot: the published layer itself decides."""
DISTRICT = table("current_district", column("code"), column("geom"), schema="geo")
PUBLIC_IDEA = and_(Initiative.pin.is_not(None), Initiative.confirmed_at.is_not(None), Initiative.hidden_at.is_(None))
"""Ideas that everybody may know of."""
GREEN_OBJECTS = text(
    "select geo.lock_ground(array(select geom from geo.green_object where register_id = any(:ids) and applies @> cast(:day as date)))"
)


def lock_ground(session: Session, asked: Asked, day: date) -> None:
    """Wait for whoever decides on this ground now, and keep others waiting until the end of this transaction."""
    if isinstance(asked, MultiPolygon):
        session.execute(text("select geo.lock_ground(array[cast(:shape as geometry)])"), {"shape": as_geometry(asked).desc})
    else:
        session.execute(GREEN_OBJECTS, {"ids": list(asked), "day": day})


def find(session: Session, actor: Actor | None, adoption_id: UUID, day: date) -> AdoptionView | None:
    """An adoption as this reader sees it, with its shape; None when there is none that the reader may know of."""
    row = session.execute(_views(actor, day, Adoption.geom).where(Adoption.id == adoption_id)).one_or_none()
    return _view(row) if row else None


def listed(
    session: Session,
    actor: Actor | None,
    day: date,
    *,
    state: str | None = None,
    plot: str | None = None,
    initiative: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[AdoptionView]:
    """Adoptions that this reader may know of, by plot code. ``state`` and ``initiative`` find only what is seen in full."""
    statement = _views(actor, day)
    if plot is not None:
        statement = statement.where(Plot.code == plot)
    if state is not None:
        statement = statement.where(seen_in_full(actor), Adoption.state == state)
    if initiative is not None:
        statement = statement.where(seen_in_full(actor), Initiative.slug == initiative)
    statement = statement.order_by(func.length(Plot.code), Plot.code, Adoption.created_at, Adoption.id)
    return [_view(row) for row in session.execute(statement.limit(limit).offset(offset))]


def described(session: Session, adoption_id: UUID, day: date) -> AdoptionView:
    """An adoption in full, for what the service itself does and tells; never for a reader."""
    return _view(session.execute(_views(None, day, Adoption.geom, whole=true()).where(Adoption.id == adoption_id)).one())


def public_status(session: Session, plot_code: str) -> str:
    """The public word for a plot today; ``vrij`` when nobody keeps it, asked for it or reserved it."""
    return session.scalar(select(PLOTS.c.status).where(PLOTS.c.plekcode == plot_code)) or "vrij"


def own(session: Session, actor: Actor, day: date) -> list[AdoptionView]:
    """Every adoption of the initiatives that somebody belongs to, in every state, with its shape; the oldest first."""
    mine = select(InitiativeMember.initiative_id).where(InitiativeMember.person_id == actor.person_id)
    statement = _views(actor, day, Adoption.geom).where(Adoption.initiative_id.in_(mine))
    return [_view(row) for row in session.execute(statement.order_by(Adoption.created_at, Adoption.id))]


def for_update(session: Session, adoption_id: UUID) -> Adoption:
    """An adoption that nobody else changes until the end of this transaction. Rows are locked before ground, as every UPDATE does."""
    statement = select(Adoption).where(Adoption.id == adoption_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def districts_of(session: Session, adoption_id: UUID) -> tuple[str, ...]:
    """The codes of the districts where an adoption belongs, of every level."""
    return tuple(session.scalars(select(LIES_IN.c.code).where(LIES_IN.c.adoption_id == adoption_id)))


def pauses_of(session: Session, adoption_id: UUID) -> list[Pause]:
    """The pauses of an adoption, in order."""
    return list(session.scalars(select(Pause).where(Pause.adoption_id == adoption_id).order_by(func.lower(Pause.period), Pause.id)))


def describe_pause(pause: Pause) -> PauseView:
    """A pause as its members and staff see it."""
    starts_on = pause.period.lower
    assert starts_on is not None
    return PauseView(pause.id, starts_on, pause.period.upper, pause.reason, None if pause.geom is None else as_shape(pause.geom))


def is_public(session: Session, initiative_id: UUID) -> bool:
    """Whether everybody may know of this initiative."""
    asked = exists().where(Adoption.initiative_id == initiative_id, Adoption.state.not_in(("draft", "refused", "withdrawn")))
    idea = exists().where(Initiative.id == initiative_id, PUBLIC_IDEA)
    return bool(session.scalar(select(or_(asked, idea))))


def oversees(session: Session, actor: Actor, initiative_id: UUID) -> bool:
    """Whether somebody is staff where this initiative asked for ground or keeps it, or where its idea lies."""
    districts = actor.districts_as(STAFF)
    if districts is None:
        return True
    ground = exists().where(Adoption.initiative_id == initiative_id, Adoption.id == LIES_IN.c.adoption_id, LIES_IN.c.code.in_(districts))
    lies_in = func.st_intersects(Initiative.pin, DISTRICT.c.geom)
    idea = select(Initiative.id).join(DISTRICT, lies_in).where(Initiative.id == initiative_id, DISTRICT.c.code.in_(districts))
    return bool(districts) and bool(session.scalar(select(or_(ground, idea.exists()))))


def public_initiatives(session: Session, actor: Actor | None) -> set[UUID]:
    """Initiatives that everybody may know of: those that asked for ground or keep it, and ideas; and the reader's own."""
    asked = select(Adoption.initiative_id).where(Adoption.state.not_in(("draft", "refused", "withdrawn")))
    ideas = select(Initiative.id).where(PUBLIC_IDEA)
    own = select(InitiativeMember.initiative_id).where(InitiativeMember.person_id == (actor.person_id if actor else None))
    return set(session.scalars(union(asked, ideas, own)))


def kept_by(session: Session, initiative_ids: Iterable[UUID], day: date) -> dict[UUID, tuple[int, float]]:
    """How many plots and m² each initiative keeps on a day."""
    rows = session.execute(
        select(Adoption.initiative_id, func.count(Adoption.plot_id.distinct()), func.sum(Adoption.area_m2))
        .where(Adoption.adopted, Adoption.period.contains(day), Adoption.initiative_id.in_(initiative_ids))
        .group_by(Adoption.initiative_id)
    )
    return {initiative_id: (plots, float(area)) for initiative_id, plots, area in rows}


def seen_in_full(actor: Actor | None) -> ColumnElement[bool]:
    """Members of the initiative, and staff where their role holds."""
    if actor is None:
        return false()
    districts = actor.districts_as(STAFF)
    if districts is None:
        return true()
    own = Adoption.initiative_id.in_(select(InitiativeMember.initiative_id).where(InitiativeMember.person_id == actor.person_id))
    return or_(own, Adoption.id.in_(select(LIES_IN.c.adoption_id).where(LIES_IN.c.code.in_(districts)))) if districts else own


def _views(actor: Actor | None, day: date, *more: Any, whole: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    full = seen_in_full(actor) if whole is None else whole
    held = and_(Adoption.granted, Adoption.state != "ended", or_(func.upper_inf(Adoption.period), func.upper(Adoption.period) > day))
    began = and_(Adoption.adopted, func.lower(Adoption.period) <= day)
    return (
        select(
            Adoption.id, Adoption.area_m2, Adoption.state, Adoption.plan, Adoption.care, Adoption.measures, Adoption.period,
            Adoption.reserved_until, Adoption.created_at, Adoption.follows_id,
            Plot.code.label("plot_code"), Plot.name.label("plot_name"),
            Initiative.id.label("initiative_id"), Initiative.slug.label("initiative_slug"), Initiative.name.label("initiative_name"),
            began.label("began"), func.geo.kept_since(Adoption.id).label("kept_since"), full.label("full"), *more,
        )
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .where(or_(held, full))
    )  # fmt: skip


def _view(row: Row[Any]) -> AdoptionView:
    values = row._asdict()
    period, geom, since = values.pop("period"), values.pop("geom", None), values.pop("kept_since")
    began = values.pop("began")
    values["measures"] = tuple(row.measures)
    return AdoptionView(
        **values,
        status=PUBLIC_STATUS[row.state],
        since=since.year if began and since else None,
        starts_on=period.lower,
        ends_on=period.upper,
        geom=None if geom is None else as_shape(geom),
    )
