"""The one error of starting: an operator reads it in a terminal and mends the machine."""


class StartError(Exception):
    """The server cannot run as things are; the message says what is wrong and what to do next.

    It never carries a secret. Commands print it without a traceback and exit with status 1.
    """
