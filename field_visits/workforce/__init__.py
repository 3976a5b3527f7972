"""Teams, shifts, absences, skills and the day's crews."""
