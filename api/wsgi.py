"""What the HTTP server loads: `api.wsgi:create`, a factory, so that importing opens nothing."""

from flask import Flask

from api import logs
from api.app import create_app
from api.server.composing import open_house, this_process


def create() -> Flask:
    """The application of this process."""
    process = this_process()
    logs.configure(process.settings.log_format)
    return create_app(open_house(process))
