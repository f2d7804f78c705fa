"""The Zelfbeheerbrief: who does what on a plot, signed by residents and municipality."""
