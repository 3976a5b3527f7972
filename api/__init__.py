"""The door: Flask, flask-smorest, marshmallow and the `doorstep` commands. No rules and no SQL live here."""
