"""Residents' initiatives and their members."""
