"""Facts about this installation that the database itself must know."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base


class Setting(Base):
    """``managed``: who manages green when no register tells; ``demo``: this is the schematic town; ``version``: what made this database;
    ``forget_again``: ids of people whom a database had forgotten that a backup took the place of."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
