"""What happened at a door: departure, arrival, outcome."""
