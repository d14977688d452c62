"""What the program does by itself: which jobs there are, and the queue in PostgreSQL that they go through."""
