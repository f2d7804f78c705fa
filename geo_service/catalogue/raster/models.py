"""Tables of the rasters: which file shows which day, and the figures of districts on it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base
from geo_service.registers.derived.models import DistrictPiece


class RasterEdition(Base):
    """One file of a raster layer: the cells as they were on ``day``, in force until the next edition.

    ``file`` is a name in the folder of rasters. The grid is north up in RD (metres): ``width`` x ``height`` cells of ``cell_m`` from the
    top left. Source, licence and owner are those of the definition when it was registered.
    """

    __tablename__ = "raster_edition"
    __table_args__ = (UniqueConstraint("layer", "day"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    layer: Mapped[str]
    day: Mapped[date]
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    file: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    cell_m: Mapped[float]
    left_m: Mapped[float]
    top_m: Mapped[float]
    nodata: Mapped[float | None]
    source: Mapped[str]
    licence: Mapped[str]
    owner: Mapped[str]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where the cells lie: xmin, ymin, xmax, ymax (RD)."""
        return (self.left_m, self.top_m - self.height * self.cell_m, self.left_m + self.width * self.cell_m, self.top_m)


class RasterFigure(Base):
    """The cells of one edition on one piece of ground: a smallest district, or what lies outside every one. Larger districts are sums.

    Each cell counts by the exact share of it that lies inside. Areas in m²: ``known_m2`` of the piece lies on cells with a value, and mean
    and share are over ``counted_m2``. ``mean``, ``lowest`` and ``highest`` are in the unit of the layer; ``green_share`` is 0..1, where the
    layer tells of green. A piece that changes takes its figures along.
    """

    __tablename__ = "raster_figure"

    edition_id: Mapped[int] = mapped_column(ForeignKey("geo.raster_edition.id", ondelete="CASCADE"), primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey(DistrictPiece.id, ondelete="CASCADE"), primary_key=True)
    known_m2: Mapped[float]
    counted_m2: Mapped[float]
    mean: Mapped[float | None]
    lowest: Mapped[float | None]
    highest: Mapped[float | None]
    green_share: Mapped[float | None]


class RasterClass(Base):
    """How many m² of ``counted_m2`` are of one class, where the layer is one of classes; together they are all of it."""

    __tablename__ = "raster_class"
    __table_args__ = (
        ForeignKeyConstraint(
            ["edition_id", "piece_id"], ["geo.raster_figure.edition_id", "geo.raster_figure.piece_id"], ondelete="CASCADE"
        ),
    )

    edition_id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(primary_key=True)
    area_m2: Mapped[float]
