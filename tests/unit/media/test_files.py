"""What is special to files: crashes, permissions, races, sweeps, retention. The rest: tests/contract."""

import io
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.digest import digest_of
from media.errors import RetainedError, StoreUnavailableError, TicketError, TicketPart
from media.files import FileStore
from media.keys import object_key
from media.store import ObjectHead, Stored, Ticket
from media.tickets import TicketKeys

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PHOTO = b"the bytes of a photo"
KEY = object_key("a" * 32, digest_of(PHOTO).sha256)
KEYS = TicketKeys("k", {"k": b"k" * 32})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(root, keys=KEYS, upload_url="/v1/uploads")


def ticket_for(store: FileStore, content: bytes) -> Ticket:
    digest = digest_of(content)
    return store.ticket(
        object_key("a" * 32, digest.sha256),
        sha256=digest.sha256,
        md5=digest.md5,
        length=digest.length,
        content_type="image/jpeg",
        expires_at=NOW + timedelta(minutes=10),
        now=NOW,
    )


def left_over(root: Path) -> list[Path]:
    return list((root / "incoming").iterdir())


class BreakingBody(io.RawIOBase):
    """A connection that gives some bytes and then dies."""

    def __init__(self, given: bytes) -> None:
        self._given = given

    def read(self, size: int = -1, /) -> bytes:
        given, self._given = self._given[:size], self._given[size:]
        if not given:
            raise ConnectionResetError("peer went away")
        return given


def test_an_object_is_a_read_only_file_below_folders_of_the_owner(store: FileStore, root: Path) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")

    path = root / "objects" / KEY
    assert path.read_bytes() == PHOTO
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert path.stat().st_nlink == 1
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (root, *path.parents[:2])} == {0o700}
    assert left_over(root) == []


def test_a_ticket_leads_to_the_address_that_the_caller_serves(store: FileStore) -> None:
    assert ticket_for(store, PHOTO).url.startswith("/v1/uploads?key=aaaa")


def test_an_upload_that_breaks_off_leaves_nothing(store: FileStore, root: Path) -> None:
    ticket = ticket_for(store, PHOTO)
    fields = KEYS.sign(ticket.terms)

    for body in (io.BytesIO(PHOTO[:7]), BreakingBody(PHOTO[:7])):
        with pytest.raises(TicketError, match=f"7 of {len(PHOTO)} bytes") as caught:
            store.redeem(fields, ticket.headers, body, now=NOW)
        assert caught.value.part is TicketPart.LENGTH

    assert store.head(KEY) is None
    assert left_over(root) == []


def test_an_upload_never_reads_beyond_its_length(store: FileStore) -> None:
    ticket = ticket_for(store, PHOTO)
    body = io.BytesIO(PHOTO + b"the next request")

    stored = store.redeem(KEYS.sign(ticket.terms), ticket.headers, body, now=NOW)

    assert stored == Stored(KEY, len(PHOTO), created=True)
    assert body.read() == b"the next request"


def test_bytes_with_the_right_headers_and_another_hash_are_refused(store: FileStore, root: Path) -> None:
    ticket = ticket_for(store, PHOTO)

    with pytest.raises(TicketError) as caught:
        store.redeem(KEYS.sign(ticket.terms), ticket.headers, io.BytesIO(PHOTO[::-1]), now=NOW)

    assert caught.value.part is TicketPart.SHA256
    assert store.head(KEY) is None
    assert left_over(root) == []


def test_of_racing_writers_one_creates(store: FileStore, root: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda _: store.put_if_absent(KEY, PHOTO, content_type="image/jpeg"), range(16))
        )

    assert sum(result.created for result in results) == 1
    assert store.read_digest(KEY) == digest_of(PHOTO)
    assert left_over(root) == []


def test_what_was_noted_survives_a_new_process(store: FileStore, root: Path) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/png")
    store.hold(KEY, True)
    store.retain(KEY, NOW)

    again = FileStore(root, keys=KEYS, upload_url="/v1/uploads")

    assert again.head(KEY) == ObjectHead(
        length=len(PHOTO),
        content_type="image/png",
        sha256=digest_of(PHOTO).sha256,
        retained_until=NOW,
        held=True,
    )


def test_a_retention_grows_and_never_shrinks(store: FileStore) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")
    store.retain(KEY, NOW + timedelta(days=2))
    store.retain(KEY, NOW + timedelta(days=1))

    with pytest.raises(RetainedError, match="2026-11-26"):
        store.remove(KEY, now=NOW + timedelta(days=2, seconds=-1))

    assert store.remove(KEY, now=NOW + timedelta(days=2)) is True


def test_a_hold_outlives_the_retention_until_it_is_lifted(store: FileStore) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")
    store.retain(KEY, NOW)
    store.hold(KEY, True)

    with pytest.raises(RetainedError, match="hold"):
        store.remove(KEY, now=NOW + timedelta(days=999))
    store.hold(KEY, False)

    assert store.remove(KEY, now=NOW + timedelta(days=999)) is True
    assert store.put_if_absent(KEY, PHOTO, content_type="image/jpeg").created is True
    head = store.head(KEY)
    assert head is not None
    assert head.retained_until is None


def test_a_retention_needs_a_time_zone(store: FileStore) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")

    with pytest.raises(ValueError, match="aware"):
        store.retain(KEY, NOW.replace(tzinfo=None))


def test_a_writer_killed_in_the_middle_leaves_no_object_and_is_swept(store: FileStore, root: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from media.files import FileStore
        from media.tickets import TicketKeys

        class Slow:
            def __init__(self):
                self.calls = 0
            def read(self, size, /):
                self.calls += 1
                if self.calls > 1:
                    print("half", flush=True)
                    time.sleep(60)
                return b"half of it"

        store = FileStore(Path(sys.argv[1]), keys=TicketKeys("k", {"k": b"k" * 32}), upload_url="/")
        store.put_if_absent(sys.argv[2], Slow(), content_type="image/jpeg")
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(root), KEY], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        swept_alive = store.sweep()
        writer.kill()
        writer.wait(timeout=10)

    assert swept_alive == 0
    assert len(left_over(root)) == 1
    assert store.head(KEY) is None
    assert store.sweep() == 1
    assert left_over(root) == []


def test_a_crash_between_description_and_object_is_mended_by_the_next_put(
    store: FileStore, root: Path
) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/png")
    (root / "objects" / KEY).unlink()

    assert store.head(KEY) is None
    assert store.put_if_absent(KEY, PHOTO, content_type="image/jpeg").created is True

    head = store.head(KEY)
    assert head is not None
    assert head.content_type == "image/jpeg"


def test_bytes_altered_on_the_disk_show_when_read_back(store: FileStore, root: Path) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")
    path = root / "objects" / KEY
    path.chmod(0o600)
    path.write_bytes(PHOTO[::-1])

    head = store.head(KEY)
    assert head is not None
    assert head.sha256 == digest_of(PHOTO).sha256
    assert store.read_digest(KEY) == digest_of(PHOTO[::-1])


@pytest.mark.parametrize("damage", [None, b"", b"{}", b"[]", b"null", b'{"retained_until": 1}', b"\xff"])
def test_a_damaged_description_is_named_and_protects(
    store: FileStore, root: Path, damage: bytes | None
) -> None:
    store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")
    path = root / "about" / f"{KEY}.json"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    with pytest.raises(StoreUnavailableError, match="description"):
        store.head(KEY)
    # It may have said «held»: what cannot be known is not removed.
    with pytest.raises(StoreUnavailableError, match="description"):
        store.remove(KEY, now=NOW)

    with store.open(KEY) as stream:
        assert stream.read() == PHOTO


def test_a_symbolic_link_is_no_object(store: FileStore, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not an exhibit")
    path = root / "objects" / KEY
    path.parent.mkdir()
    path.symlink_to(secret)

    with pytest.raises(StoreUnavailableError):
        store.open(KEY)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        from media.digest import digest_of
        from media.errors import StoreUnavailableError
        from media.files import FileStore
        from media.keys import object_key
        from media.tickets import TicketKeys

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = FileStore(Path(sys.argv[1]), keys=TicketKeys("k", {"k": b"k" * 32}), upload_url="/")
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        content = b"x" * 200_000
        key = object_key("a" * 32, digest_of(content).sha256)
        try:
            store.put_if_absent(key, content, content_type="image/jpeg")
        except StoreUnavailableError as error:
            print(error, store.head(key), list((Path(sys.argv[1]) / "incoming").iterdir()))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == (
        "The folder of objects cannot be used: File too large. Check its disk and permissions. None []"
    )


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")

    with pytest.raises(StoreUnavailableError, match="Check its disk"):
        FileStore(tmp_path / "store", keys=KEYS, upload_url="/")


def test_sweep_spares_an_upload_under_way(store: FileStore, root: Path) -> None:
    ticket = ticket_for(store, PHOTO)
    swept: list[int] = []

    class Watching(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            swept.append(store.sweep())
            return super().read(size)

    stored = store.redeem(KEYS.sign(ticket.terms), ticket.headers, Watching(PHOTO), now=NOW)

    assert stored.created
    assert swept == [0]
    assert left_over(root) == []
