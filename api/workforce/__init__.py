"""Teams, shifts, absences, skills and crews at the door."""
