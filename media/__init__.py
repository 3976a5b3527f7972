"""A workshop: objects by hash, upload tickets and pictures. It knows nothing of visits, databases or HTTP.

`store.py` is the contract, `files.py` and `s3.py` keep it; `keys.py` names objects, `digest.py` hashes
them, `image.py` reads pictures and makes small copies, `errors.py` lists what can go wrong.
"""
