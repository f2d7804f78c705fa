"""What one does with plots: give a piece of ground a code, and a new shape later on."""

from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo_service.db.base import as_geometry
from geo_service.plots import queries
from geo_service.plots.models import Plot, PlotVersion


def make_plot(session: Session, name: str, shape: MultiPolygon, green_object_ids: tuple[str, ...] = ()) -> Plot:
    """A new plot with the next code; from whole green objects when their register ids are given, else drawn."""
    plot = Plot(name=name)
    session.add(plot)
    session.flush()
    _add_version(session, plot.id, 1, shape, green_object_ids)
    return plot


def reshape(session: Session, plot_id: int, shape: MultiPolygon) -> None:
    """The next version of a plot: what remains after a part was handed back."""
    _add_version(session, plot_id, queries.newest_for_update(session, plot_id).number + 1, shape, ())


def _add_version(session: Session, plot_id: int, number: int, shape: MultiPolygon, green_object_ids: tuple[str, ...]) -> None:
    origin = "green_objects" if green_object_ids else "drawn"
    version = {"plot_id": plot_id, "number": number, "origin": origin, "green_object_ids": list(green_object_ids)}
    session.add(PlotVersion(**version, geom=as_geometry(shape)))
    session.flush()
