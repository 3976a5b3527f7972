"""Customers and cases at the door."""
