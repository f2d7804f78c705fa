"""Speed beside its baselines: CPU per request and ratios in one run. ``make bench``; not part of the tests."""
