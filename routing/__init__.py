"""A workshop: distances, day plans and their checker. It knows nothing of visits, databases or HTTP."""
