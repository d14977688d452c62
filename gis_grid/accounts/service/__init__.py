"""What signing in, account keeping and tokens do, one file each."""
