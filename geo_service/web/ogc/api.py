"""The definition of the OGC API as OpenAPI 3.0."""

CONFORMANCE: tuple[str, ...] = ()
