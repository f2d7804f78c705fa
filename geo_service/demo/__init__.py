"""The demo: a schematic Almere of our own drawing, its people and their history, built by code from a fixed seed.

Not a copy of any register; label it *schematic* wherever it is shown.
"""
