"""Support of neighbours: one voice per household near the ground, counted and never listed."""
