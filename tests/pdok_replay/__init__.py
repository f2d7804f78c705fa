"""A replay of PDOK's OGC APIs on loopback, for tests and for trying the import by hand."""
