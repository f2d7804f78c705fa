"""Residents adopt public green; staff decide; analysts take exact layers away."""

__version__ = "0.1.0"
