"""Who may see what: accounts with roles in areas, the ways to sign in, and the scope of each request."""
