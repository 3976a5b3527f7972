"""Instalment plans: terms, document, signature, seal, and the hold that follows."""
