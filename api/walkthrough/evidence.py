"""The bundle in a stranger's hands: its own verifier in a process of its own, and one byte that is flipped."""

import io
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.walkthrough.client import WalkthroughError

VERIFIER: Final = "verify.py"
WHOLE, ALTERED = 0, 1
_PATIENCE_S: Final = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier said."""

    code: int
    text: str

    @property
    def is_whole(self) -> bool:
        return self.code == WHOLE

    @property
    def is_altered(self) -> bool:
        return self.code == ALTERED

    @property
    def headline(self) -> str:
        """The first part that it names as altered, or its conclusion."""
        lines = [line for line in self.text.splitlines() if line.startswith(("[ALTERED]", "WHOLE"))]
        return lines[0] if lines else self.text.strip() or "(nothing)"

    @property
    def extent(self) -> str:
        """How much it checked, in its own words."""
        return next((line for line in self.text.splitlines() if line.startswith("Checked")), "(nothing)")


def verify(bundle: bytes, folder: Path, *, keys: tuple[str, ...] = ()) -> Verdict:
    """Run the verifier that lies in the bundle on the bundle: isolated, no site packages, nothing installed.

    Raises:
        WalkthroughError: the bundle has no verifier.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bundle.zip"
    path.write_bytes(bundle)
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        names = [name for name in opened.namelist() if name.rpartition("/")[2] == VERIFIER]
        if not names:
            raise WalkthroughError(f"The bundle has no {VERIFIER}.")
        program = folder / VERIFIER
        program.write_bytes(opened.read(names[0]))
    trusted = [part for key in keys for part in ("--key", key)]
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(path), *trusted],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        cwd=folder,
        timeout=_PATIENCE_S,
        check=False,
    )
    return Verdict(told.returncode, told.stdout + told.stderr)


def flip_a_byte(bundle: bytes) -> tuple[str, bytes]:
    """The same zip with one bit of one entry of the log flipped; which part it was.

    Raises:
        WalkthroughError: the bundle holds no entry.
    """
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        names = opened.namelist()
        entries = sorted(name for name in names if "/entries/" in f"/{name}" and not name.endswith("/"))
        if not entries:
            raise WalkthroughError("The bundle holds no entry of the log.")
        part = entries[len(entries) // 2]
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as altered:
            for info in opened.infolist():
                content = bytearray(opened.read(info))
                if info.filename == part:
                    content[len(content) // 2] ^= 1
                altered.writestr(info, bytes(content), compress_type=info.compress_type)
    return part, written.getvalue()
