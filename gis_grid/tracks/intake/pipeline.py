"""The way of messages into the database: one list of steps, each for all messages of a group at once."""
