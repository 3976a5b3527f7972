"""Complaints about conduct and disputes of a debt: taken from whoever says so, answered within their clocks."""
