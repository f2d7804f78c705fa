"""From request to hand-back: the decision, the states, the exclusivity of ground, pauses."""
