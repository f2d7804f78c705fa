"""How layers look: one set of rules per style, written for MapLibre, QGIS (QML) and OGC SLD."""
