"""The outbox, and what somebody must look at."""
