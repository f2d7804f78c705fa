"""What a backup tells of itself."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

FORMAT = 1
MANIFEST, DATABASE, RASTERS = "manifest.json", "database.dump", "rasters"


class Part(BaseModel):
    """One file in a backup."""

    model_config = ConfigDict(frozen=True)
    name: str = Field(pattern=rf"^({DATABASE}|{RASTERS}/[\w-][\w.-]*\.tif)$")
    size: int
    sha256: str


class Reader(BaseModel):
    """A login of ``db reader``: it belongs to the server, not to the database, and is not in the backup."""

    model_config = ConfigDict(frozen=True)
    name: str
    audience: str


class Manifest(BaseModel):
    """Who made a backup, when, of what. ``missing`` names files of rasters that were lost or damaged then."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = 1
    program: str
    migration: str = Field(pattern=r"^\w+$")
    made_at: AwareDatetime
    municipality: str
    postgresql: str
    postgis: str
    readers: list[Reader]
    missing: list[str]
    parts: list[Part]

    @property
    def size(self) -> int:
        """Bytes of all parts together."""
        return sum(part.size for part in self.parts)
