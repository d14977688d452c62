"""Files of incidents as offices and cities publish them: which column holds what, how times stand there."""
