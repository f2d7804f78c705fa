"""The definition of the OGC API: valid OpenAPI 3.0, and what it promises is what is answered."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.checks import CHECKS

from geo_service.web.ogc.openapi30 import older
from tests.conformance import shows

PROMISED = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


@shows("ogcapi-common-1/1.0/conf/oas30", "ogcapi-features-1/1.0/conf/oas30")
def test_the_definition_is_openapi_3_0(api):
    answer = api.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"].startswith("3.0.")
    OpenAPIV30SpecValidator(document).validate()
    assert document["servers"] == [{"url": str(api.base_url).rstrip("/")}]
    names = {part.get("name") for part in document["paths"]["/collections/groenobjecten/items"]["get"]["parameters"]}
    assert {"soort_groen", "aanlegjaar", "oppervlakte_m2"} <= names
    assert {"bbox", "limit", "datetime", "crs", "filter", "sortby"} <= document["components"]["parameters"].keys()


@shows("ogcapi-features-1/1.0/conf/oas30")
def test_the_service_keeps_to_its_definition(api):
    operations = [result.ok() for result in schemathesis.openapi.from_url(f"{api.base_url}api").get_all_operations()]
    checks = [CHECKS.get_one(name) for name in PROMISED]
    assert len(operations) > 15
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
        def answers(case):
            case.call_and_validate(checks=checks)

        answers()


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "title": "A"}, {"type": "string", "title": "A", "nullable": True}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
         {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}),
        ({"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}, {"allOf": [{"$ref": "#/x"}], "nullable": True}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}], "nullable": True}),
    ],
)  # fmt: skip
def test_newer_words_in_older_ones(newer, told):
    assert older(newer) == told


def test_what_3_0_cannot_say_is_never_left_out():
    with pytest.raises(ValueError, match="prefixItems"):
        older({"items": [{"prefixItems": []}]})
