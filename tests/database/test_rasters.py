"""Editions of rasters: a file and its row come and go together, whoever is killed in between; one file per day."""

import os
import time
from datetime import UTC, date, datetime

import numpy as np
import psycopg
import pytest
import rasterio
from sqlalchemy import text

from geo_service.catalogue.raster import files, queries, service
from geo_service.catalogue.raster.files import edition_open, rasters_folder
from geo_service.catalogue.raster.tiles import OpenFiles
from geo_service.catalogue.raster.workplace import Workplace
from geo_service.db.engine import look_at, transaction
from geo_service.errors import Conflict, InvalidInput, NotFound, SetupError, UnusableSource
from tests import builders, commands
from tests.builders import box
from tests.rasters import definition, shares, write

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FIRST, SECOND = date(2024, 6, 1), date(2025, 6, 1)
LAYER = definition("groenkaart", lowest=0, highest=100)


@pytest.fixture
def folder(tmp_path):
    return rasters_folder(tmp_path)


@pytest.fixture
def edit(module_database):
    """A transaction on an empty table of editions."""
    with transaction(module_database.sessions) as session:
        session.execute(text("delete from geo.raster_edition"))
    return lambda: transaction(module_database.sessions)


def add(edit, folder, path, day=FIRST, **more):
    with edit() as session:
        return service.register(session, folder, LAYER, path, day=day, now=NOW, **more)


def lying(folder):
    return {path.name for path in folder.iterdir()}


def test_a_file_becomes_an_edition_with_exactly_its_cells(edit, folder, tmp_path):
    cells = shares(700, 600)
    made = add(edit, folder, write(tmp_path / "a.tif", cells), source="Een vlucht.", licence="CC-BY-4.0")
    assert made.file == f"groenkaart-2024-06-01-{made.sha256[:8]}.tif"
    assert lying(folder) == {made.file}
    assert (made.source, made.licence, made.owner) == ("Een vlucht.", "CC-BY-4.0", LAYER.owner)
    assert (made.size_bytes, made.sha256) == ((folder / made.file).stat().st_size, files.sha256_of(folder / made.file))
    with files.open_edition(folder, made) as source:
        assert np.array_equal(source.read(1), cells)
        assert source.bounds == pytest.approx(made.box)
        assert (source.crs.to_epsg(), source.nodata, source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"]) == (28992, 255, "COG")


def test_each_day_is_shown_by_the_newest_edition_before_it(edit, folder, tmp_path):
    first = add(edit, folder, write(tmp_path / "a.tif"))
    second = add(edit, folder, write(tmp_path / "b.tif", shares(seed=2)), SECOND)
    with edit() as session:
        shown = [queries.edition(session, "groenkaart", day) for day in (date(2024, 5, 31), FIRST, date(2025, 5, 31), SECOND)]
        assert [each and each.id for each in shown] == [None, first.id, first.id, second.id]
        assert queries.edition(session, "groenkaart").id == second.id
        look_at(session, date(2024, 12, 31))
        assert queries.edition(session, "groenkaart").id == first.id
        assert [each.id for each in queries.editions(session)] == [first.id, second.id]


def test_the_same_file_again_changes_nothing_and_another_needs_replace(edit, folder, tmp_path):
    path, other = write(tmp_path / "a.tif"), write(tmp_path / "b.tif", shares(seed=2))
    first = add(edit, folder, path)
    assert add(edit, folder, path).id == first.id
    with pytest.raises(Conflict, match="--replace"):
        add(edit, folder, other)
    assert lying(folder) == {first.file}
    second = add(edit, folder, other, replace=True)
    assert lying(folder) == {second.file} != {first.file}


def break_after(edit, change):
    with edit() as session:
        change(session)
        raise ZeroDivisionError


def test_a_change_that_is_rolled_back_leaves_folder_and_table_as_they_were(edit, folder, tmp_path):
    first = add(edit, folder, write(tmp_path / "a.tif"))
    other = write(tmp_path / "b.tif", shares(seed=2))
    for change in (
        lambda session: service.register(session, folder, LAYER, other, day=FIRST, now=NOW, replace=True),
        lambda session: service.register(session, folder, LAYER, other, day=SECOND, now=NOW),
        lambda session: service.remove(session, folder, "groenkaart", FIRST),
    ):
        with pytest.raises(ZeroDivisionError):
            break_after(edit, change)
        assert lying(folder) == {first.file}
        with edit() as session:
            assert [each.id for each in queries.editions(session)] == [first.id]
    with edit() as session:
        service.remove(session, folder, "groenkaart", FIRST)
        assert lying(folder) > {first.file}, "until the commit"
    assert lying(folder) == set()
    with pytest.raises(NotFound), edit() as session:
        service.remove(session, folder, "groenkaart", FIRST)


def test_a_lost_or_changed_file_is_told_and_comes_back_by_adding_it_again(edit, folder, tmp_path):
    path = write(tmp_path / "a.tif")
    made = add(edit, folder, path)
    (folder / made.file).unlink()
    with pytest.raises(SetupError, match=f"{made.file} of groenkaart is missing .* rasters add groenkaart FILE --date 2024-06-01"):
        files.open_edition(folder, made)
    assert add(edit, folder, path).id == made.id
    with (folder / made.file).open("ab") as file:
        file.write(b"x")
    with pytest.raises(SetupError, match="not the one that was registered"):
        files.open_edition(folder, made)
    add(edit, folder, path)
    with files.open_edition(folder, made) as source:
        assert source.width == made.width
    content = bytearray((folder / made.file).read_bytes())
    content[-20] ^= 255
    (folder / made.file).write_bytes(content)
    assert files.fault_of(folder, made) is None
    assert files.fault_of(folder, made, whole=True) is not None


def test_damage_that_shows_while_reading_is_told_as_a_changed_file(edit, folder, tmp_path):
    made = add(edit, folder, write(tmp_path / "a.tif"))
    with (folder / made.file).open("r+b") as file:
        file.seek(made.size_bytes // 2)
        file.write(b"\xff" * (made.size_bytes // 2 - 10))
    for opened in (edition_open(folder, made), OpenFiles().dataset(folder, made)):
        with pytest.raises(SetupError, match="not the one that was registered"), opened as source:
            source.read(1)


def test_the_day_is_needed_and_not_to_come(edit, folder, tmp_path):
    path = write(tmp_path / "a.tif")
    with pytest.raises(InvalidInput, match="--date"):
        add(edit, folder, path, None)
    with pytest.raises(InvalidInput, match="still to come"):
        add(edit, folder, path, date(2026, 11, 3))
    with edit() as session:
        own = definition("groenkaart", date=SECOND)
        assert service.register(session, folder, own, path, now=NOW).day == SECOND


def test_a_raster_far_from_every_district_is_refused(database, tmp_path):
    with transaction(database.sessions) as session:
        builders.add_district(session, "BU1", box(0, 0, 1000))
    far = write(tmp_path / "far.tif", place=rasterio.Affine(10, 0, 20000, 0, -10, 400000))
    with pytest.raises(UnusableSource, match="outside all districts"), transaction(database.sessions) as session:
        service.register(session, tmp_path / "rasters", LAYER, far, day=FIRST, now=NOW)
    assert lying(tmp_path / "rasters") == set()


@pytest.fixture
def command(module_database, tmp_path, tmp_path_factory):
    """``geo-service rasters …`` as a process of its own, on a folder of this test."""
    env = {**os.environ, **module_database.environment, "GEO_DATA_DIR": str(tmp_path), "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
    env |= {"COLUMNS": "200"}

    def start(*arguments):
        told = tmp_path_factory.mktemp("told")
        streams = {name: told / name for name in ("stdout", "stderr")}
        return commands.start(["rasters", *map(str, arguments)], env, **streams), *streams.values()

    return start


def done(started):
    process, out, err = started
    process.join(60)
    return process.exitcode, out.read_text(), err.read_text()


def test_whoever_is_killed_leaves_no_row_and_the_next_clears_up(edit, folder, command, module_database, tmp_path):
    """After its file is in place and before the commit; and one that had nothing in place yet."""
    with psycopg.connect(module_database.url) as holder:
        holder.execute("lock table geo.raster_edition in exclusive mode")
        process, *_ = command("add", "groenkaart", write(tmp_path / "a.tif"), "--date", "2024-06-01")
        wait_until_it_waits(module_database)
        process.kill()
        process.join(10)
    left = lying(folder)
    assert sorted(name.startswith(".new-") for name in left) == [False, True]
    with edit() as session:
        assert queries.editions(session) == []
    working, dead = Workplace(folder), folder / ".new-dead"
    dead.mkdir()
    (dead / "tiles.tif").touch()
    made = add(edit, folder, write(tmp_path / "b.tif", shares(seed=2)), SECOND)
    assert lying(folder) == {made.file, working.path.name}, "whoever still works is left alone"
    working.close()


def wait_until_it_waits(database):
    with psycopg.connect(database.url, autocommit=True) as watcher:
        for _ in range(200):
            if watcher.execute("select count(*) from pg_locks l join pg_stat_activity a using (pid) "
                               "where not granted and a.datname = current_database()").fetchone()[0]:  # fmt: skip
                return
            time.sleep(0.1)
    raise AssertionError("it did not come to the lock")


def test_two_at_once_for_the_same_day_one_is_told_of_the_other(edit, folder, command, tmp_path):
    paths = [write(tmp_path / f"{seed}.tif", shares(seed=seed)) for seed in (1, 2)]
    processes = [command("add", "groenkaart", path, "--date", "2024-06-01") for path in paths]
    codes, _, errors = zip(*map(done, processes), strict=True)
    assert sorted(codes) == [0, 1], errors
    assert "--replace" in "".join(errors)
    with edit() as session:
        [left] = queries.editions(session)
    assert lying(folder) == {left.file}


def test_the_commands_tell_what_they_did(edit, folder, command, tmp_path):
    path = write(tmp_path / "a.tif", nodata=None)
    code, out, err = done(command("add", "groenkaart", path, "--date", "2024-06-01"))
    assert (code, "60 x 40 cells of 10 m" in out, "255 is taken" in err) == (0, True, True)
    again, lost = command("add", "groenkaart", path, "--date", "2024-06-01"), command("remove", "groenkaart", "--date", "2024-06-02")
    assert "nothing changed" in done(again)[1]
    assert done(lost)[::2] == (1, "groenkaart has no edition of 2 June 2024.\n")
    next(folder.glob("*.tif")).unlink()
    code, out, err = done(command("list"))
    assert (code, "2024-06-01" in out, "is missing from" in err) == (1, True, True)
    mend = ["add", "groenkaart", path, "--date", "2024-06-01", "--replace"]
    assert " ".join(["geo-service rasters", *mend[:2], "FILE", *mend[3:]]) in err
    assert done(command(*mend))[1] == "groenkaart has the file of 1 June 2024 back, as it was registered.\n"
    assert done(command("list"))[1].endswith("Every file is there, as it was registered.\n")


def test_check_needs_no_database(command, tmp_path):
    path = write(tmp_path / "a b.tif", crs="EPSG:4326")
    code, out, err = done(command("check", path, "--layer", "groenkaart"))
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "a b.tif cannot be used for the layer groenkaart."
    assert f"'{path}'" in err.splitlines()[1]
    assert set(tmp_path.iterdir()) == {path}, "nothing was started or kept"
