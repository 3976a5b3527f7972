"""`make bench`: every benchmark, one after another, on one temporary server."""

import sys

from benchmarks import api, importing, log, rules, sign_in, sync, write_path
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


def main() -> None:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    with ground() as place:
        for name in wanted:
            BENCHMARKS[name](place)


if __name__ == "__main__":
    main()
