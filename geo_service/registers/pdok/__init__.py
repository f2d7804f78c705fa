"""Registers from PDOK's OGC APIs. Tried against a replay only; what is known of the real service is told in docs/pdok-import.md."""
