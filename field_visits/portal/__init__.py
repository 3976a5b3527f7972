"""What the customer who is visited can see and do, by a link and without an account."""
