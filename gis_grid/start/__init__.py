"""How far an installation is, and so what to do next."""
