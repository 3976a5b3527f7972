"""This machine: Python, the data folder, its disk, secrets, screens, the port and the public address."""

import os
import shutil
import socket
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from api.backup.unfinished import is_unfinished
from api.doctor.findings import Findings, bad, note, ok
from api.server.errors import StartError
from api.server.process import Process
from api.server.secrets import DATABASE_PASSWORDS, EXPORT, LOG, SEAL, TICKET, TOKEN_PEPPER
from api.web.building import Web

LEAST_PYTHON: Final = (3, 11)
LEAST_FREE_BYTES: Final = 1 << 30
LEAST_FREE_SHARE: Final = 0.1
_WEB: Final = Path(__file__).parents[2] / "web"
_TIMEOUT_S: Final = 5


def python() -> Findings:
    """New enough."""
    told = sys.version.split()[0]
    if sys.version_info < LEAST_PYTHON:
        yield bad("python", f"Python {told} is too old.", "Install Python 3.11 or newer.")
    else:
        yield ok("python", f"Python {told}.")


def data_folder(process: Process) -> Findings:
    """There, ours alone, writable, whole, and with room."""
    folder = process.settings.data_dir
    if not folder.exists():
        yield note("data folder", f"{folder} is not there yet.", "`doorstep serve` makes it.")
        return
    found = folder.stat()
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield bad(
            "data folder",
            f"{folder} belongs to user {found.st_uid}, and we run as {os.geteuid()}.",
            "Run as its owner, or name another DATA_DIR.",
        )
    elif is_unfinished(folder):
        yield bad("data folder", "A restore was cut before its end.", "`doorstep reset`, then restore again.")
    else:
        yield ok("data folder", f"{folder} can be read and written.")
    room = shutil.disk_usage(folder)
    share = room.free / room.total
    told = f"{room.free / 2**30:.1f} GiB free on the disk of {folder} ({share:.0%})."
    if room.free < LEAST_FREE_BYTES:
        yield bad("disk", told, "Make room now: without it nothing can be written, evidence neither.")
    elif share < LEAST_FREE_SHARE:
        yield note("disk", told, "Make room soon.")
    else:
        yield ok("disk", told)


def secrets(process: Process) -> Findings:
    """Every one that this installation needs is there and closed to others."""
    texts = DATABASE_PASSWORDS if process.settings.database_url is None else ()
    rings = (TOKEN_PEPPER, TICKET, LOG, EXPORT, SEAL)
    if process.settings.database_url is None and not process.secrets.folder.exists():
        yield note("secrets", "None was made yet.", "`doorstep serve` makes them at its first start.")
        return
    faults = []
    for name in (*texts, *rings):
        try:
            if name in rings:
                process.secrets.keyring(name)
            else:
                process.secrets.text(name)
        except StartError as error:
            faults.append(f"{name}: {error}")
    if faults and process.settings.database_url is not None:
        yield note("secrets", " ".join(faults), "Fine if the process that needs it runs elsewhere.")
    elif faults:
        yield bad("secrets", " ".join(faults), "See above for each.")
    else:
        yield ok("secrets", f"{len(texts) + len(rings)} secrets are there and closed to others.")


def screens() -> Findings:
    """Built, from the sources that lie here."""
    web = Web(_WEB, say=lambda _: None)
    built = web.built()
    if built is None:
        yield note("screens", "The screens are not built: the API serves alone.", "make web")
    elif built != web.build_id():
        yield note("screens", "The screens were built from other sources.", "make web")
    else:
        yield ok("screens", f"The screens are built ({built[:12]}).")


def port(number: int) -> Findings:
    """Free, or taken by ourselves."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", number))
        except OSError as error:
            told = f"{number} cannot be listened on: {error.strerror}."
        else:
            yield ok("port", f"{number} is free for `doorstep serve`.")
            return
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{number}/health/live", timeout=_TIMEOUT_S) as answer:
            is_ours = b'"live"' in answer.read(1000)
    except (OSError, ValueError):
        is_ours = False
    if is_ours:
        yield ok("port", f"Doorstep answers on {number}.")
    else:
        yield bad("port", told, "Stop what listens there, or serve with --port.")


def public_address(process: Process) -> Findings:
    """Phones need a secure context: https, or this very machine; and it answers, with a certificate that holds."""
    url = process.settings.public_url
    host = urlsplit(url).hostname or ""
    is_local = host == "localhost" or host.startswith("127.")
    if not process.settings.is_https and not is_local:
        yield bad(
            "public address",
            f"PUBLIC_URL is {url}: browsers give camera, place and keys to https:// alone.",
            "Put a TLS front before it (compose.yaml) and set PUBLIC_URL to its https:// address.",
        )
        return
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=_TIMEOUT_S):  # noqa: S310 - settings take http(s) alone
            yield ok(
                "public address",
                f"{url} answers{' with a certificate that holds' * process.settings.is_https}.",
            )
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            yield bad("public address", f"{url}: {error.reason.reason}.", "Renew or trust its certificate.")
        else:
            yield note("public address", f"{url} does not answer from here.", "Fine while nothing is served.")
    except (OSError, ValueError):
        yield note("public address", f"{url} does not answer from here.", "Fine while nothing is served.")
