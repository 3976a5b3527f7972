"""A real OSRM on the roads of Baltimore (tests/data/osm), on this machine.

    make road                                    # fetches it once, then serves Baltimore until it is stopped
    with serving("baltimore") as url:   # in a test, where `is_here()`

Its makers publish it as a Python wheel for 3.12 and up (`osrm-bindings`, BSD-2-Clause). What is wanted are the
programs inside, which need no Python at all: so the wheel is downloaded and unpacked, not installed.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
EXTRACTS = ROOT / "tests" / "data" / "osm"
FOLDER = ROOT / "build" / "road"
WHEEL = "osrm-bindings==26.10.0"
# Pairs a table may have: more than the programs take by themselves.
MOST_PLACES = 600
_PATIENCE_S = 20.0


def is_here() -> bool:
    """Whether `make road` has fetched it."""
    return (FOLDER / "osrm" / "bin" / "osrm-routed").exists()


def fetch() -> None:
    """The programs lie in build/road; raises CalledProcessError where there is no wheel for this machine."""
    if is_here():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*download, "--python-version", "3.12", "--dest", str(FOLDER), WHEEL], check=True)
    (wheel,) = FOLDER.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(
            FOLDER, [name for name in packed.namelist() if name.startswith(("osrm/bin", "osrm/share"))]
        )
    for program in (FOLDER / "osrm" / "bin").iterdir():
        program.chmod(0o755)
    wheel.unlink()


def prepared(extract: str) -> Path:
    """The extract as `osrm-routed` reads it; made once."""
    made = FOLDER / extract / extract
    if made.with_suffix(".osrm.cell_metrics").exists():
        return made.with_suffix(".osrm")
    made.parent.mkdir(parents=True, exist_ok=True)
    source = made.with_suffix(".osm.pbf")
    shutil.copyfile(EXTRACTS / source.name, source)
    profile = FOLDER / "osrm" / "share" / "profiles" / "car.lua"
    for step, *told in (
        ("osrm-extract", "-p", str(profile), str(source)),
        ("osrm-partition", str(made.with_suffix(".osrm"))),
        ("osrm-customize", str(made.with_suffix(".osrm"))),
    ):
        subprocess.run([FOLDER / "osrm" / "bin" / step, *told], check=True, stdout=subprocess.DEVNULL)
    return made.with_suffix(".osrm")


@contextlib.contextmanager
def serving(extract: str, port: int | None = None) -> Iterator[str]:
    """The address at which it answers, until the end of the block."""
    port = port or _free_port()
    program = FOLDER / "osrm" / "bin" / "osrm-routed"
    told = ["--algorithm", "mld", "-i", "127.0.0.1", "-p", str(port), "--max-table-size", str(MOST_PLACES)]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen([program, *told, prepared(extract)], stdout=subprocess.DEVNULL) as server:
        try:
            _wait(url)
            yield url
        finally:
            server.terminate()


def _wait(url: str) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        with contextlib.suppress(URLError, OSError), urlopen(f"{url}/nearest/v1/driving/0,0"):
            return
        time.sleep(0.05)
    raise TimeoutError(f"OSRM does not answer at {url}.")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def main() -> None:
    """Fetch, prepare and serve Baltimore on port 5000 until Ctrl-C."""
    fetch()
    with serving("baltimore", 5_000) as url:
        print(
            f"OSRM answers at {url} with the roads of Baltimore. Map data © OpenStreetMap contributors, ODbL 1.0."
        )
        print(f"In another terminal: ROAD_ENGINE=osrm ROAD_URL={url} ROAD_BLOCK=250 make run")
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                time.sleep(3_600)


if __name__ == "__main__":
    main()
