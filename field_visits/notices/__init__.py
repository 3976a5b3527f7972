"""Notices that are served at a door: demands, and how strongly it is proved that they arrived."""
