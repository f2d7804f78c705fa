"""Places near a point, for who looks for green: plots with their public status, and green that nobody asked for."""
