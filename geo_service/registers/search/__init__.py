"""Where somebody means: an address, a street, a postcode or a district, from what a person types."""
