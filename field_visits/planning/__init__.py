"""The plan of a day: from appointments and shifts to routes and back."""
