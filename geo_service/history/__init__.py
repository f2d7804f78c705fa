"""What happened and who did it: append-only events, and the keys that make a repeated request harmless."""
