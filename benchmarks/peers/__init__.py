"""What a user would pick instead, one file each; every function sets one job up and yields it."""
