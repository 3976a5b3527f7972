"""Appointments, free slots and a collector's day."""
