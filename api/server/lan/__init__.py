"""`make run LAN=1`: a phone in the same network opens the demo (design §10).

Camera, location, service workers and WebCrypto work in a secure context alone, so the phone needs TLS, and
TLS on an address of one's own network needs an authority of one's own. `authority` makes it, `address` finds
where to listen, `trust_page` hands its certificate to the phone and says how to trust it.
"""
