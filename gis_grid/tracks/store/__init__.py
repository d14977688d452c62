"""All SQL of tracks; that of the intake and of sealed days stands beside their code."""
