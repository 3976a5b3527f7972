"""Compiling the inner loops of the search to machine code (numba), once a machine.

What is compiled is kept in the user's cache, in a folder named by the very sources: numba itself looks at one file at a
time, and would go on with a caller whose callee has changed. Where nothing can be written, each process compiles anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])


def _cache() -> str:
    """Give a folder for what these sources become; none if there is none to write to."""
    sources = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(path.read_bytes())
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        folder = base / "doorstep" / f"search-{sources.hexdigest()[:16]}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return str(folder)
    except (OSError, RuntimeError):  # no room, no right, or nobody's home
        return ""


_FOLDER = _cache()
_CONFIG: Any = numba.config
if _FOLDER:
    _CONFIG.CACHE_DIR = _FOLDER
#: Without the global lock, so that others run beside; without numba's own counting of references, since nothing is allocated.
_OPTIONS: Any = {"cache": bool(_FOLDER), "nogil": True, "error_model": "numpy", "_nrt": False}
_NAMED_TUPLE: Any = numba.types.NamedTuple
_PLAIN: dict[object, Any] = {
    int: numba.int64,
    float: numba.float64,
    bool: numba.boolean,
    NoneType: numba.void,
}


def compiled(function: _Function) -> _Function:
    """Compile a function, once, for the types that it names. It may allocate nothing."""
    hints = get_type_hints(function, include_extras=True)
    answer = _type_of(hints.pop("return"))
    made: _Function = numba.njit(answer(*map(_type_of, hints.values())), **_OPTIONS)(function)
    return made


def _type_of(hint: Any) -> Any:
    """Translate a type: numbers, tables (annotated with how many dimensions they have), and named tuples of tables."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is Annotated:
        return numba.types.Array(numba.int64, hint.__metadata__[0], "C")
    fields = get_type_hints(hint, include_extras=True).values()
    return _NAMED_TUPLE([_type_of(field) for field in fields], hint)
