"""Complaints and disputes over HTTP."""
