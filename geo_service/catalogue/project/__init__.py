"""A project for QGIS that opens the layers styled, in groups."""
