"""What is drawn and printed on paper: a picture of a plot and its surroundings, and documents as PDF."""
