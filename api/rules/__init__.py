"""The rules in force at the door."""
