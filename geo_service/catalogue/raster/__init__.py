"""Layers of cells: GeoTIFFs in RD that are registered by day, drawn as tiles, and summed per district and plot."""
