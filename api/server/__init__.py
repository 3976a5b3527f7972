"""What runs on a machine: secrets, the embedded database, and the supervisor of our own processes.

It knows how to start and stop things, and nothing of visits.
"""
