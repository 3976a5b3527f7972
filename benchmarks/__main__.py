"""`make bench`: every benchmark, one after another; those that need a server share one temporary server."""

import sys

from benchmarks import api, importing, log, phone, planning, roads, rules, sign_in, sync, write_path
from benchmarks.ground import ground

BENCHMARKS = {
    "write_path": write_path.run,
    "log": log.run,
    "api": api.run,
    "sync": sync.run,
    "rules": rules.run,
    "sign_in": sign_in.run,
    "importing": importing.run,
}
# These need no server, or bring their own.
PURE = {"planning": planning.run, "roads": roads.run, "phone": phone.run}


def main() -> None:
    wanted = sys.argv[1:] or [*BENCHMARKS, *PURE]
    for name in wanted:
        if name in PURE:
            PURE[name]()
    grounded = [name for name in wanted if name not in PURE]
    if grounded:
        with ground() as place:
            for name in grounded:
                BENCHMARKS[name](place)


if __name__ == "__main__":
    main()
