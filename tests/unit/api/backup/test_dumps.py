"""What is taken out of a dump's script, and what must pass untouched."""

import io
from typing import IO

from api.backup.dumps import hand_on


class Kept(io.BytesIO):
    """A pipe that can be read after it was closed."""

    written = b""

    def close(self) -> None:
        self.written = self.getvalue()
        super().close()


def handed_on(script: bytes) -> bytes:
    into = Kept()
    source: IO[bytes] = io.BytesIO(script)
    hand_on(source, into)
    return into.written


def test_an_older_server_and_an_owner_of_another_name_take_the_script() -> None:
    script = (
        b"SET lock_timeout = 0;\nSET transaction_timeout = 0;\n"
        b"ALTER DEFAULT PRIVILEGES FOR ROLE doorstep_owner IN SCHEMA public GRANT SELECT ON TABLES TO b;\n"
    )

    assert handed_on(script) == (
        b"SET lock_timeout = 0;\nALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO b;\n"
    )


def test_rows_pass_untouched_whatever_they_say() -> None:
    rows = b"SET transaction_timeout = 0;\nALTER DEFAULT PRIVILEGES FOR ROLE x y\nCOPY a FROM stdin;\n"
    script = (
        b"COPY public.notes (text) FROM stdin;\n" + rows + b"\\.\nSET transaction_timeout = 0;\nSELECT 1;\n"
    )

    assert handed_on(script) == b"COPY public.notes (text) FROM stdin;\n" + rows + b"\\.\nSELECT 1;\n"
