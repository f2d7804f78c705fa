"""A schematic town, its people and their history, built by code from a fixed seed."""
