"""Instalment plans over HTTP: drafted, offered, signed, and their documents."""
