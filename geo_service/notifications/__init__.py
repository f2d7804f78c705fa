"""What reaches people outside the pages: mail through an outbox, and work that is done at set times."""
