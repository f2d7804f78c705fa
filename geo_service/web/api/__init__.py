"""The REST API under /api/v1, by the NLGov REST API Design Rules; one file per resource."""
