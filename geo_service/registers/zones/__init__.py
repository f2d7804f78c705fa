"""Zones as staff keeps them by hand, one at a time, beside what is imported."""
