"""Files that prove something: expected by hash, received, re-hashed, never rewritten."""
