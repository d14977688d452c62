"""What workers sign, file and are excused from: signatures, checks, forms, absences, stand-ins, part time."""
