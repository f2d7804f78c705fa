"""The OpenAPI document and the service agree, for nobody, for a resident and for staff: schemathesis sends what the document allows."""

from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from geo_service.people.service import add_person, grant_role, issue_token
from tests import builders

PROMISED = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


@pytest.fixture(scope="module")
def tokens(module_database):
    """One token for each kind of caller."""
    with module_database.sessions() as session:
        made = {"nobody": None}
        for role in ("resident", "wijkregisseur"):
            grant_role(session, add_person(session, f"{role}@example.nl"), role)
            made[role] = issue_token(session, f"{role}@example.nl", datetime.now(UTC))
        builders.insert(session, "green_object", register_id="G0034.1", version="1", category="green", appearance="groenvoorziening",
                        bronhouder="G0034", valid=builders.ALWAYS, applies=builders.ALWAYS, geom=builders.box(0, 0, 40))  # fmt: skip
        session.commit()
    return made


@pytest.fixture(scope="module")
def api(module_server):
    return schemathesis.openapi.from_url(f"{module_server.url}/api/v1/openapi.json")


def test_the_service_keeps_to_its_document(api, tokens):
    """Making up what to send takes the time: every caller sends the same."""
    callers = [{"Authorization": f"Bearer {token}"} if token else {} for token in tokens.values()]
    checks = [CHECKS.get_one(name) for name in PROMISED]
    operations = [result.ok() for result in api.get_all_operations()]
    assert len(operations) > 10

    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
        def answers(case):
            for headers in callers:
                case.call_and_validate(headers=headers, checks=checks)

        answers()
