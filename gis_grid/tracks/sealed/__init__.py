"""Days of workers as one row each, their archive, and the way back from both."""
