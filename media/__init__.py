"""A workshop: objects by hash, upload tickets and pictures. It knows nothing of visits, databases or HTTP."""
