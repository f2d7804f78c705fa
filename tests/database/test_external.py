"""An existing PostGIS by ``GEO_DATABASE_URL``: a login without special power is enough, and what is missing is told in one line."""

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from geo_service.db.embedded import Cluster
from tests import commands
from tests.conftest import elsewhere, run_folder


@pytest.fixture
def somewhere(cluster: Cluster) -> Iterator[str]:
    """The name of an empty database of others, and of its login."""
    with elsewhere(cluster) as (name, _url):
        yield name


def upgrade(url: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GEO_DATABASE_URL": url, "GEO_DATA_DIR": str(run_folder()), "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
    return commands.run(["db", "upgrade"], env)


def address(cluster: Cluster, name: str) -> str:
    return f"postgresql://{name}@/{name}?host={cluster.socket_folder()}"


def test_a_login_that_is_no_superuser_is_enough(cluster, somewhere):
    done = upgrade(address(cluster, somewhere))
    assert done.returncode == 0, done.stderr
    assert "PostGIS 3." in done.stdout
    assert "lacks" not in done.stdout, "this server has the grid"
    with psycopg.connect(cluster.url(somewhere)) as connection:
        owner = connection.execute("select tableowner from pg_tables where schemaname = 'geo' and tablename = 'adoption'").fetchone()
        views = connection.execute("select count(*) from pg_views where schemaname = 'layers'").fetchone()
    assert owner == ("geo_owner",)
    assert views[0] >= 10


def test_what_a_login_lacks_is_told(cluster, somewhere):
    with psycopg.connect(cluster.url(somewhere), autocommit=True) as admin:
        admin.execute(f"revoke create on database {somewhere} from {somewhere}")
    refused = upgrade(address(cluster, somewhere))
    assert (refused.returncode, refused.stderr.strip()) == (1, "The login of GEO_DATABASE_URL needs the right CREATE on its database.")


def test_no_database_is_one_line(tmp_path):
    refused = upgrade(f"postgresql://nobody@/nothing?host={tmp_path}")
    assert refused.returncode == 1
    assert refused.stderr.startswith("No connection to the database of GEO_DATABASE_URL: ")
    assert len(refused.stderr.strip().splitlines()) == 1
