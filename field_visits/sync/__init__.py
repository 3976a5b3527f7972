"""Phones without signal: commands handed in later, and what a phone must learn meanwhile (design §7)."""
