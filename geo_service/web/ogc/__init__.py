"""OGC API under /ogc/v1."""
