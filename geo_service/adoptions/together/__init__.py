"""Initiatives with the ground that they keep or asked for, as everybody may see them: for lists and for their pages."""
