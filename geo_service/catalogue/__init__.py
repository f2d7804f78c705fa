"""How a layer is published: definition, view, query, tiles, export."""
