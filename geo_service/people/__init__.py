"""Residents and staff: who they are, what they may do and where, and the tokens they carry."""
