"""HTTP: the REST API, tiles, maps and pages. Thin: it parses, calls one service and answers."""
