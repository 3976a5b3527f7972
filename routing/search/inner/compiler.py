"""Compiling the inner loops of the search to machine code (numba), once a machine.

What is compiled is kept in the user's cache, in a folder named by the very sources: numba itself looks at one file at a
time, and would go on with a caller whose callee has changed. Where nothing can be written, each process compiles anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])


def _cache() -> str:
    """Give a folder for what these sources become; none if there is none to write to."""
    sources = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(path.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = base / "doorstep" / f"search-{sources.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return str(folder)
    except OSError:
        return ""


_FOLDER = _cache()
_CONFIG: Any = numba.config
if _FOLDER:
    _CONFIG.CACHE_DIR = _FOLDER
#: Without the global lock, so that others run beside; without numba's own counting of references, since nothing is allocated.
_OPTIONS: Any = {"cache": bool(_FOLDER), "nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: _Function) -> _Function:
    """Compile a function where it is first called. It may allocate nothing."""
    made: _Function = numba.njit(**_OPTIONS)(function)
    return made
