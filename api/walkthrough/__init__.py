"""One real visit, from an address file to a verified bundle, over HTTP on a server of its own.

`server` is that server with its stepped clock, `client` a person at the API, `ground` what an organisation
must have before its first day, `story` the day itself, `outcome` what came of it.
"""
