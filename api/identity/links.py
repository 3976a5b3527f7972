"""Links that are handed from one person to another, with a one-time code in them.

The code stands behind `#`: a browser does not send that part, so it is in no server's log and no Referer.
"""

from urllib.parse import urlencode

from field_visits.identity.tokens import Token


def new_password_link(public_url: str, code: Token) -> str:
    """Where a person chooses a new password."""
    return f"{public_url}/new-password#{code.text}"


def enrolment_link(public_url: str, code: Token) -> str:
    """Where a phone is enrolled: what the QR code says."""
    return f"{public_url}/m#/enrol/{code.text}"


def first_administrator_link(public_url: str, code: Token, organisation: str | None) -> str:
    """Where the first administrator opens their account; it names the organisation if there is one."""
    query = "" if organisation is None else f"?{urlencode({'organisation': organisation})}"
    return f"{public_url}/first-administrator{query}#{code.text}"
