"""Make a backup of one moment, while everybody goes on working."""

from contextlib import ExitStack
from datetime import datetime
from hashlib import file_digest
from io import BufferedReader
from typing import IO

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service import __version__
from geo_service.backup.container import Advance, Writer
from geo_service.backup.schemas import DATABASE, RASTERS, Manifest, Part, Reader
from geo_service.catalogue.raster import queries
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.catalogue.raster.workplace import one_at_a_time
from geo_service.db import readers
from geo_service.db.dump import dump
from geo_service.db.engine import at_one_moment, transaction
from geo_service.installation import Installation


def back_up(here: Installation, target: IO[bytes], now: datetime, advance: Advance) -> Manifest:
    """Write everything that cannot be made anew to ``target``, an empty file: the database, and the files that its rasters have.

    A raster whose file is lost or damaged is left out and told in ``missing``. ``SetupError`` when pg_dump fails, ``OSError`` when
    the target cannot be written.
    """
    with ExitStack() as files, at_one_moment(here.url) as moment:
        snapshot, held = _hold(here, moment, files)
        writer = Writer(target, now, advance)
        parts = [writer.stream(DATABASE, lambda take: dump(here.url, snapshot, take))]
        missing = []
        for edition in queries.editions(moment):
            if edition.file in held and file_digest(held[edition.file], "sha256").hexdigest() == edition.sha256:
                parts.append(writer.file(f"{RASTERS}/{edition.file}", held[edition.file]))
            else:
                missing.append(edition.file)
        manifest = _described(here, moment, now, parts, missing)
        writer.finish(manifest)
    return manifest


def _hold(here: Installation, moment: Session, files: ExitStack) -> tuple[str, dict[str, BufferedReader]]:
    """Begin the moment, and open the files of its rasters: who removes one now takes its name only. The snapshot, and the files."""
    folder = rasters_folder(here.settings.data_dir)
    with transaction(here.sessions) as waiting:
        one_at_a_time(waiting)  # editions neither come nor go until all are open
        moment.execute(text("set local idle_in_transaction_session_timeout = 0"))
        snapshot: str = moment.execute(text("select pg_export_snapshot()")).scalar_one()
        names = [name for name in queries.files_in_use(moment) if (folder / name).is_file()]
        return snapshot, {name: files.enter_context((folder / name).open("rb")) for name in names}


def _described(here: Installation, moment: Session, now: datetime, parts: list[Part], missing: list[str]) -> Manifest:
    versions = "select current_setting('server_version'), postgis_lib_version(), (select version_num from geo.alembic_version)"
    postgresql, postgis, migration = moment.execute(text(versions)).one()
    return Manifest(
        program=__version__,
        migration=migration,
        made_at=now,
        municipality=here.municipality.name,
        postgresql=postgresql,
        postgis=postgis,
        readers=[Reader(name=name, audience=audience) for name, audience in readers.listed(here.url)],
        missing=missing,
        parts=parts,
    )
