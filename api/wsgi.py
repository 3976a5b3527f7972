"""What the HTTP server loads: `api.wsgi:create`, a factory, so that importing opens nothing."""

import gc

from flask import Flask

from api import logs
from api.app import create_app
from api.server.composing import open_house
from api.server.process import this_process


def create() -> Flask:
    """The application of this process.

    What is built here stays for good: the collector neither runs meanwhile nor looks at it later.
    """
    gc.disable()
    process = this_process()
    logs.configure(process.settings.log_format)
    app = create_app(open_house(process))
    gc.freeze()
    gc.enable()
    return app
