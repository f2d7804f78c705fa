// The map of residents.
