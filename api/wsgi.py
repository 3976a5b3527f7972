"""What the HTTP server loads: `api.wsgi:create`, a factory, so that importing opens nothing."""

from flask import Flask

from api.app import create_app
from api.server.composing import open_house, this_process


def create() -> Flask:
    """The application of this process."""
    return create_app(open_house(this_process()))
