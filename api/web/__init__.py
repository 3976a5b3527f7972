"""The screens: serving what `web/` was built into, and building it."""
