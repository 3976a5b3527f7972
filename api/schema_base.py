"""The base of every schema: what is not known is refused."""

import marshmallow


class Schema(marshmallow.Schema):
    """An unknown field is an error."""

    class Meta:
        unknown = marshmallow.RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own convention
        "unknown": "Unknown field; take it out.",
        "type": "Send a JSON object here.",
    }
