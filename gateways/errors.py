"""What every gateway raises when something did not go out."""


class GatewayError(Exception):
    """It did not go out. The sentence says why, and never names the recipient or the text."""
