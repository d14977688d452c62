"""What is compared with whom, one table a file."""
