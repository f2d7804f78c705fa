"""``serve --demo``: the town is there, its people can sign in, and it keeps away from real data and from the network."""

from datetime import UTC, datetime

import httpx2 as httpx
import shapely

from geo_service.days import day_of
from tests.builders import add_district
from tests.conftest import serving


def test_the_demo_serves_coverage_of_haven(demo_server):
    answer = httpx.get(f"{demo_server.url}/api/v1/coverage", params={"level": "stadsdeel"}).json()
    haven = next(district for district in answer["districts"] if district["name"] == "Haven")
    assert round(haven["areaM2"] / 10_000) == 2152
    assert round(haven["greenM2"] / haven["areaM2"], 3) == 0.6
    assert answer["managedBasis"] != "assumption"
    assert 0 < haven["adoptedM2"] < haven["managedM2"]
    assert answer["at"] == day_of(datetime.now(UTC)).isoformat()


def test_a_second_start_loads_nothing_again(demo_server):
    with demo_server.database.sessions() as session:
        before = session.connection().exec_driver_sql("select count(*) from geo.event").scalar_one()
    with serving(demo_server.database, "--demo") as again:
        assert httpx.get(f"{again.url}/readyz").status_code == 200
    with demo_server.database.sessions() as session:
        assert session.connection().exec_driver_sql("select count(*) from geo.event").scalar_one() == before


def test_the_demo_is_not_served_to_the_network(run_cli):
    refused = run_cli("serve", "--demo", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 1
    assert "loopback" in refused.stderr


def test_the_demo_does_not_come_on_top_of_real_data(run_cli, database):
    with database.sessions() as session:
        add_district(session, "GM0034", shapely.box(142_000, 483_000, 143_000, 484_000), level="gemeente")
        session.commit()
    refused = run_cli("serve", "--demo", "--port", "0")
    assert refused.returncode == 1
    assert "real data" in refused.stderr
