"""A town of workers who walk the same lanes day after day, and copies planted among their tracks."""
