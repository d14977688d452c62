"""SQL of accounts, one file for each thing that is kept."""
