"""A piece of ground: its geometry, and the rules and the suggestion as pure functions over facts."""
