"""What counts come to: rates per effort, hot spots, rises beyond chance, weights that fade."""
