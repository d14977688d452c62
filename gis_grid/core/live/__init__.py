"""What the newest positions say of workers right now: advice for a command centre, never a verdict."""
