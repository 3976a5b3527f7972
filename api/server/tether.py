"""Becomes another program that ends when its parent does: run as a script, standard library only.

    python -I -S tether.py PARENT_PID SIGNAL UID:GID|- -- PROGRAM [ARGUMENT…]

A supervisor that is killed outright (kill -9, out of memory) cannot stop its children. The kernel can:
the signal asked for here reaches this process when the thread that started it is gone (prctl(2),
PR_SET_PDEATHSIG; it survives exec). A script of its own, instead of code between fork and exec, because
the parent may have threads; and a copy of the interpreter that drops its rights needs to read nothing
more afterwards, so the program's user need not reach our virtual environment.

Where there is no prctl (macOS) the tether is only the change of user; the next start recovers.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def tethered(
    argv: Sequence[str], *, signal_on_parent_death: signal.Signals, user: tuple[int, int] | None = None
) -> list[str]:
    """Give the command line that runs `argv` tethered to the calling process.

    Start it from the main thread: the kernel watches the thread that forks, not the process.

    Args:
        argv: the program (a path, or a name to be found on PATH) and its arguments.
        signal_on_parent_death: what the program gets when we are gone.
        user: uid and gid to become; supplementary groups are dropped.
    """
    who = "-" if user is None else f"{user[0]}:{user[1]}"
    death = str(int(signal_on_parent_death))
    return [
        sys.executable,
        "-I",
        "-S",
        str(Path(__file__).resolve()),
        str(os.getpid()),
        death,
        who,
        "--",
        *argv,
    ]


def ending(code: int) -> str:
    """Say how a process ended: «exit code 3» or «signal SIGKILL»."""
    if code >= 0:
        return f"exit code {code}"
    return next((f"signal {each.name}" for each in signal.Signals if each == -code), f"signal {-code}")


def main(arguments: Sequence[str]) -> None:
    parent, death, who, dashes, *argv = arguments
    if dashes != "--" or not argv:
        raise SystemExit("usage: tether.py PARENT_PID SIGNAL UID:GID|- -- PROGRAM [ARGUMENT…]")
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None
    if who != "-":
        uid, gid = (int(part) for part in who.split(":"))
        os.umask(0o077)
        os.chdir("/")  # the folder we stand in may be closed to that user
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if prctl is not None:  # after the change of user, which clears it
        if prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0) != 0:
            raise SystemExit(f"prctl: {os.strerror(ctypes.get_errno())}")
        if os.getppid() != int(parent):  # it died before we asked to be told
            raise SystemExit("The process that started this one is gone.")
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - a list, never a shell
    except OSError as error:
        print(f"{argv[0]} cannot be started: {error.strerror}", file=sys.stderr)  # noqa: T201 - a script
        raise SystemExit(127) from error


if __name__ == "__main__":
    main(sys.argv[1:])
