"""The page of the customer who is visited."""
