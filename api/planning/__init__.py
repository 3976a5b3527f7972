"""Drafts and published plans of a day."""
