"""Imported base registers: districts, green objects, management, zones, ground, trees, addresses."""
