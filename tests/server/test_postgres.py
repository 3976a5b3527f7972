"""The embedded database against everything that crashes, full disks and careless hands leave behind.

Most tests share one cluster that is stopped between them; each starts it again (0.2 s).
"""

import os
import pwd
import resource
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from api.server.errors import StartError
from api.server.logins import LOGINS
from api.server.postgres import EmbeddedPostgres, Running
from api.server.programs import server_programs
from api.server.secrets import Secrets
from tests.cluster import Ground, temporary_ground

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody") if IS_ROOT else None
# A process of its own that runs the launcher: prints the server's pid, then waits to be killed.
RUNNER = """
import sys, time
from pathlib import Path
from tests.cluster import Ground
running = Ground(Path(sys.argv[1]), Path(sys.argv[2])).postgres().start()
print(running.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared() -> Iterator[Ground]:
    with temporary_ground() as ground:
        with ground.postgres() as running, psycopg.connect(running.url("owner")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        yield ground


@pytest.fixture
def ground() -> Iterator[Ground]:
    with temporary_ground() as ground:
        yield ground


@pytest.fixture
def postgres(shared: Ground) -> Iterator[EmbeddedPostgres]:
    postgres = shared.postgres()
    yield postgres
    postgres.stop()
    assert postgres.status().state == "stopped"


def kept(running: Running) -> int:
    with psycopg.connect(running.url("owner")) as connection:
        [answer] = connection.execute("SELECT answer FROM kept").fetchone() or [None]
    assert isinstance(answer, int)
    return answer


def wait_for(condition: Callable[[], bool], *, within_s: float = 15.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def run_launcher(ground: Ground) -> subprocess.Popen[str]:
    ground.secrets()
    return subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(ground.data_dir), str(ground.system_home)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


# --- who may come in -----------------------------------------------------------------------------


def test_every_login_comes_in_as_itself_and_the_database_is_made_to_last(shared: Ground) -> None:
    postgres = shared.postgres(fsync=True)
    with postgres as running:
        roles = set()
        for url in running.urls.values():
            with psycopg.connect(url) as connection:
                roles |= {connection.execute("SELECT current_user::text").fetchone()}
                assert connection.execute("SELECT current_database()::text").fetchone() == ("doorstep",)
        with psycopg.connect(running.url("superuser")) as connection:
            settings: dict[str, str] = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN ('data_checksums', 'fsync',"
                    " 'listen_addresses', 'server_encoding', 'password_encryption', 'TimeZone')"
                ).fetchall()
            )

    assert roles == {(login.role,) for login in LOGINS.values()}
    assert settings == {
        "data_checksums": "on",
        "fsync": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "TimeZone": "UTC",
    }


def test_roles_have_only_the_attributes_of_their_task(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.start().url("superuser")) as connection:
        powers = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'doorstep%' ORDER BY 1"
        ).fetchall()

    assert powers == [
        ("doorstep_app", False, False, False, False, False),
        ("doorstep_backup", False, False, False, False, True),
        ("doorstep_eraser", False, False, False, False, False),
        ("doorstep_owner", False, False, True, False, False),
        ("doorstep_sequencer", False, False, False, False, False),
    ]


def test_the_backup_login_reads_everything_and_writes_nothing(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.start().url("backup"), autocommit=True) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("UPDATE kept SET answer = 0")
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE kept SET answer = 0")


@pytest.mark.parametrize("role", ["postgres", "doorstep_owner", "doorstep_app"])
@pytest.mark.parametrize("password", ["", "guess"])
def test_nobody_comes_in_without_the_password(postgres: EmbeddedPostgres, role: str, password: str) -> None:
    running = postgres.start()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=str(running.socket_dir), port=running.port, user=role, password=password, dbname="doorstep"
        )


def test_pg_hba_trusts_no_line_and_a_trusting_one_stops_the_start(postgres: EmbeddedPostgres) -> None:
    hba = postgres.place.data / "pg_hba.conf"
    written = hba.read_text()
    lines = [line for line in written.splitlines() if line and not line.startswith("#")]
    assert lines == ["local all all scram-sha-256"]

    try:
        hba.write_text(written + "host all all 10.0.0.0/8 trust\n")
        with pytest.raises(StartError, match=r"Line 3 of .*pg_hba\.conf lets people in by «trust»"):
            postgres.start()
        assert postgres.status().state == "stopped"
    finally:
        hba.write_text(written)


def test_a_password_changed_among_the_secrets_is_the_password_after_the_next_start(
    postgres: EmbeddedPostgres, shared: Ground
) -> None:
    (shared.data_dir / "secrets" / "database-app").write_text("another-one\n")

    running = postgres.start()

    assert ":another-one@" in running.url("app")
    psycopg.connect(running.url("app")).close()


def test_a_cluster_made_with_other_secrets_says_so(shared: Ground, tmp_path: Path) -> None:
    secrets = Secrets.open(tmp_path / "secrets")
    secrets.create_missing()
    postgres = EmbeddedPostgres(shared.data_dir, secrets, fsync=False, system_home=shared.system_home)

    with pytest.raises(StartError, match="made with other passwords"):
        postgres.start()

    assert postgres.status().state == "stopped"


def test_urls_and_passwords_do_not_show_in_a_representation(
    postgres: EmbeddedPostgres, shared: Ground
) -> None:
    running = postgres.start()

    assert shared.secrets().text("database-owner") not in repr(running)
    assert shared.secrets().text("database-owner") not in postgres.log.read_text()


# --- twice, killed, stale ------------------------------------------------------------------------


def test_started_twice_the_second_is_refused_and_the_first_goes_on(
    postgres: EmbeddedPostgres, shared: Ground
) -> None:
    running = postgres.start()

    with pytest.raises(StartError, match=rf"already runs on .* \(process {os.getpid()}\)\. Stop it first"):
        shared.postgres().start()

    assert kept(running) == 42
    assert postgres.start() is running


def test_when_its_starter_is_killed_the_server_ends_and_the_next_start_recovers(
    postgres: EmbeddedPostgres, shared: Ground
) -> None:
    with run_launcher(shared) as launcher:
        assert launcher.stdout is not None
        pid = int(launcher.stdout.readline())
        assert pid in postgres.status().pids
        launcher.kill()

    running = postgres.start()  # at once: the old server may still be in its fast shutdown

    assert kept(running) == 42
    assert pid not in postgres.status().pids


def test_when_its_starter_is_killed_the_server_ends_by_itself(shared: Ground) -> None:
    postgres = shared.postgres()
    with run_launcher(shared) as launcher:
        assert launcher.stdout is not None
        launcher.stdout.readline()
        launcher.kill()

    assert wait_for(lambda: postgres.status().state == "stopped")


def test_a_server_that_somebody_started_by_hand_is_ended_before_ours_starts(
    postgres: EmbeddedPostgres,
) -> None:
    place = postgres.place
    orphan = subprocess.Popen(
        [
            server_programs(place) / "postgres",
            "-D",
            place.data,
            "-c",
            "listen_addresses=",
            "-k",
            place.sockets,
        ],
        user=place.user.uid if place.user else None,
        group=place.user.gid if place.user else None,
        extra_groups=[] if place.user else None,
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    assert wait_for(place.socket.exists)

    running = postgres.start()

    assert orphan.wait(1) == 0  # a fast shutdown, not a crash
    assert kept(running) == 42


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGTERM])
def test_a_server_that_was_killed_is_started_again(
    postgres: EmbeddedPostgres, number: signal.Signals
) -> None:
    running = postgres.start()
    os.kill(running.pid, number)
    assert wait_for(lambda: postgres.exit_code() is not None)

    again = postgres.start()

    assert kept(again) == 42
    assert again.pid != running.pid


@pytest.fixture
def bystander(shared: Ground) -> Iterator[int]:
    """A living process of the server's own user: PostgreSQL itself would take it for a server."""
    user = shared.postgres().place.user
    with subprocess.Popen(["sleep", "600"], user=user.uid if user else None) as process:
        yield process.pid
        assert process.poll() is None, "the start killed a process that was none of its own"
        process.kill()


@pytest.mark.parametrize(
    "content",
    [
        "{dead}\n{data}\n1700000000\n5432\n{sockets}\n\n  1234567         0\nready   \n",
        "{alive}\n{data}\n1700000000\n5432\n{sockets}\n\n  1234567         0\nready   \n",
        "{alive}\n/somewhere/else\n1700000000\n5433\n/tmp\n\n",
        "{alive}\n{data}\n17000",
        "{alive}",
        "rubbish\n",
        "",
    ],
    ids=["dead", "alive", "of another server", "half-written", "pid alone", "rubbish", "empty"],
)
def test_a_pid_file_is_not_believed(postgres: EmbeddedPostgres, bystander: int, content: str) -> None:
    place = postgres.place
    text = content.format(dead=2**22 - 7, alive=bystander, data=place.data, sockets=place.sockets)
    (place.data / "postmaster.pid").write_text(text)
    place.socket.with_name(place.socket.name + ".lock").write_text(text)

    assert kept(postgres.start()) == 42


def test_a_thread_may_not_start_it_because_the_server_would_end_with_the_thread(
    postgres: EmbeddedPostgres,
) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            postgres.start()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert [str(error)[:40] for error in caught] == ["The database must be started from the ma"]


# --- folders -------------------------------------------------------------------------------------


def test_a_folder_of_another_major_version_is_refused_untouched(postgres: EmbeddedPostgres) -> None:
    version = postgres.place.data / "PG_VERSION"
    version.write_text("17\n")
    before = sorted(path.name for path in postgres.place.data.iterdir())

    try:
        with pytest.raises(
            StartError, match=r"made by PostgreSQL 17, .* brings 18.*doorstep backup.*restore"
        ):
            postgres.start()
        assert postgres.status().major == "17"
        assert sorted(path.name for path in postgres.place.data.iterdir()) == before
    finally:
        version.write_text("18\n")


def test_a_folder_that_is_no_cluster_is_refused_untouched(ground: Ground) -> None:
    ground.data_dir.mkdir()
    postgres = ground.postgres()
    postgres.place.data.mkdir(parents=True, mode=0o700)
    (postgres.place.data / "letter.txt").write_text("mine")
    if NOBODY:
        ground.system_home.chmod(0o755)
        postgres.place.home.chmod(0o700)
        os.chown(postgres.place.home, NOBODY.pw_uid, NOBODY.pw_gid)
        shutil.rmtree(ground.data_dir / "postgres", ignore_errors=True)
    else:
        postgres.place.home.chmod(0o700)

    with pytest.raises(StartError, match=r"no PG_VERSION\. Nothing in it was touched"):
        postgres.start()

    assert (postgres.place.data / "letter.txt").read_text() == "mine"


def test_a_long_path_gets_a_short_private_socket_folder(ground: Ground) -> None:
    deep = Ground(ground.data_dir / ("a" * 120) / ("b, c" * 25), ground.system_home / ("d" * 120))
    if IS_ROOT:
        deep.system_home.parent.mkdir(parents=True)
    postgres = deep.postgres()
    assert len(str(deep.data_dir)) > 200

    with postgres as running:
        assert len(str(postgres.place.socket)) <= 107
        assert running.socket_dir.stat().st_mode & 0o777 == 0o700
        for url in running.urls.values():
            psycopg.connect(url).close()

    postgres.remove()
    assert not postgres.place.sockets.exists()
    assert not postgres.place.home.exists()


def test_no_folder_that_was_there_changes_its_permissions(ground: Ground) -> None:
    ground.data_dir.mkdir(mode=0o755)
    ground.system_home.mkdir(mode=0o711)
    folders = [ground.data_dir, ground.system_home, *ground.data_dir.parents]
    before = {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders}

    with ground.postgres():
        pass

    assert {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders} == before


def test_a_home_that_is_open_to_others_is_refused_and_stays_as_it_is(ground: Ground) -> None:
    home = ground.postgres().place.home
    home.mkdir(parents=True)
    home.chmod(0o755)

    with pytest.raises(StartError, match="is in the way"):
        ground.postgres().start()

    assert home.stat().st_mode & 0o777 == 0o755
    assert list(home.iterdir()) == []


def test_a_reset_removes_the_cluster_but_not_under_a_running_server(ground: Ground) -> None:
    postgres = ground.postgres()
    assert postgres.status().state == "absent"
    with postgres:
        with pytest.raises(StartError, match="already runs"):
            ground.postgres().remove()
        with pytest.raises(StartError, match="Stop it before"):
            postgres.remove()
        assert postgres.status().state == "running"

    postgres.remove()

    assert postgres.status().state == "absent"
    assert not postgres.place.home.exists()
    assert {path.name for path in ground.data_dir.iterdir()} == {"secrets", "postgres.lock"}


def test_a_launcher_killed_while_it_makes_the_cluster_leaves_nothing_that_is_believed(
    ground: Ground,
) -> None:
    postgres = ground.postgres()
    with run_launcher(ground) as launcher:
        assert wait_for(lambda: any(postgres.place.home.glob("making-*/data/base")))
        launcher.kill()
    assert postgres.status().state == "absent"

    with postgres as running:
        psycopg.connect(running.url("app")).close()
    assert list(postgres.place.home.glob("making-*")) == []


def test_a_setting_that_the_server_refuses_is_told_in_its_own_words(shared: Ground) -> None:
    postgres = shared.postgres(settings={"shared_buffers": "plenty"})

    with pytest.raises(StartError, match=r'did not start: .*invalid value for parameter "shared_buffers"'):
        postgres.start()

    assert postgres.status().state == "stopped"


# --- a full disk ---------------------------------------------------------------------------------


def test_an_initdb_that_may_not_write_its_files_leaves_nothing_that_is_believed(ground: Ground) -> None:
    postgres = ground.postgres()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        # The programs fit (11 MB), the first segment of the write-ahead log (16 MB) does not.
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000_000, hard))
        with pytest.raises(StartError, match=r"could not be made .* nothing half-made is kept"):
            postgres.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert postgres.status().state == "absent"
    with postgres as running:
        psycopg.connect(running.url("app")).close()


@pytest.fixture
def mount(ground: Ground) -> Iterator[Callable[[str], None]]:
    """Mount a small file system over the place of the files, or give it another size."""
    folder = ground.system_home
    folder.mkdir()
    mounted = False

    def mount_(size: str) -> None:
        nonlocal mounted
        options = f"{'remount,' if mounted else ''}size={size},mode=755"
        argv = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        done = subprocess.run(argv, capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"no mount here: {done.stderr.decode().strip()}")
        mounted = True

    yield mount_
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not IS_ROOT, reason="only root may mount a small file system")
@pytest.mark.parametrize("size", ["8m", "40m"], ids=["programs", "initdb"])
def test_a_disk_that_is_full_at_the_first_start_leaves_nothing_that_is_believed(
    ground: Ground, mount: Callable[[str], None], size: str
) -> None:
    mount(size)
    postgres = ground.postgres()

    with pytest.raises(StartError, match="No space left on device"):
        postgres.start()
    assert postgres.status().state == "absent"

    mount("300m")
    with postgres as running:
        psycopg.connect(running.url("app")).close()


# --- as root, as an ordinary user ----------------------------------------------------------------


# In a mount namespace of its own, so that nothing changes outside: the folder $1 (root's home, say) that
# an ordinary user may not pass becomes an open one that holds only the paths named before «--».
OPENED = """
set -e
umask 022
closed=$1 stage=$2 uid=$3 gid=$4; shift 4
mount --bind "$closed" "$stage"
mount -t tmpfs -o mode=755 tmpfs "$closed"
while [ "$1" != -- ]; do
    mkdir -p "$1"
    mount --bind "$stage${1#$closed}" "$1"
    shift
done
shift
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups "$@"
"""
AS_ORDINARY_USER = """
import sys
sys.path.insert(0, sys.argv[3])
sys.dont_write_bytecode = True
from pathlib import Path
import psycopg
from tests.cluster import Ground
postgres = Ground(Path(sys.argv[1]), Path(sys.argv[2])).postgres()
for _ in range(2):
    with postgres as running, psycopg.connect(running.url("app")) as connection:
        print(*connection.execute("SELECT current_user").fetchone(), postgres.place.home)
"""


@pytest.mark.skipif(not IS_ROOT, reason="as an ordinary user every other test here is this one")
def test_an_ordinary_user_runs_it_from_the_wheel_in_the_data_folder(ground: Ground, tmp_path: Path) -> None:
    assert NOBODY is not None
    ground.data_dir.mkdir(mode=0o700)
    os.chown(ground.data_dir, NOBODY.pw_uid, NOBODY.pw_gid)
    needed = [Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY]
    closed = [
        folder for path in needed for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH
    ]
    opened = closed[-1] if closed else ground.data_dir.parent / "unused"
    opened.mkdir(exist_ok=True)
    inside = [str(path) for path in dict.fromkeys(needed) if path.is_relative_to(opened)]
    ids = (str(NOBODY.pw_uid), str(NOBODY.pw_gid))
    ordinary = ["unshare", "-m", "sh", "-c", OPENED, "sh", str(opened), str(tmp_path), *ids, *inside, "--"]
    if subprocess.run(
        [*ordinary, sys.executable, "-c", "0"], cwd="/", capture_output=True, check=False
    ).returncode:
        pytest.skip("no mount namespace here, or an ordinary user cannot reach this virtual environment")

    done = subprocess.run(
        [
            *(*ordinary, sys.executable, "-c", AS_ORDINARY_USER),
            *(str(ground.data_dir), str(ground.system_home), str(REPOSITORY)),
        ],
        cwd="/",
        # A measured run would write its figures where that user may not.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"doorstep_app {ground.data_dir}/postgres"] * 2
    assert not ground.system_home.exists()


@pytest.mark.skipif(not IS_ROOT, reason="an ordinary user's database lies in DATA_DIR and moves with it")
class TestAsRoot:
    def test_data_folder_below_a_closed_home_works_and_secrets_stay_with_root(self, ground: Ground) -> None:
        home = ground.data_dir.parent / "root"
        home.mkdir(mode=0o700)
        closed = Ground(home / "clone" / "var", ground.system_home)
        postgres = closed.postgres()

        with postgres as running:
            status = Path(f"/proc/{running.pid}/status").read_text()

        assert home.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_uid for path in closed.data_dir.rglob("*")} == {0}
        assert NOBODY is not None
        assert f"Uid:\t{NOBODY.pw_uid}\t{NOBODY.pw_uid}" in status
        assert "Groups:\t \n" in status
        assert postgres.place.data.stat().st_uid == NOBODY.pw_uid

    def test_another_version_of_the_wheel_is_copied_and_the_old_copy_goes(self, shared: Ground) -> None:
        postgres = shared.postgres()
        [copy] = postgres.place.home.glob("programs-*")
        copy.rename(copy.with_name("programs-0.0.1"))

        with postgres as running:
            assert kept(running) == 42

        assert list(postgres.place.home.glob("*programs-*")) == [copy]

    def test_a_moved_or_lost_cluster_is_missed_instead_of_begun_anew(self, ground: Ground) -> None:
        with ground.postgres():
            pass
        moved = Ground(ground.data_dir.rename(ground.data_dir.with_name("moved")), ground.system_home)
        was, now = ground.postgres().place.home, moved.postgres().place.home
        shutil.rmtree(ground.data_dir)  # asking for the secrets of the old name made it again

        with pytest.raises(StartError, match=f"mv {was} {now}"):
            moved.postgres().start()

        was.rename(now)
        with moved.postgres():
            pass

    def test_a_lost_cluster_is_not_said_to_have_moved_to_where_it_was(self, ground: Ground) -> None:
        with ground.postgres():
            pass
        shutil.rmtree(ground.postgres().place.home)

        with pytest.raises(StartError, match=r"is not there\. If it was lost"):
            ground.postgres().start()

    def test_a_cluster_whose_data_folder_was_removed_by_hand_is_removed_too(self, ground: Ground) -> None:
        with ground.postgres():
            pass
        shutil.rmtree(ground.data_dir)
        with pytest.raises(StartError, match="`doorstep reset` removes it"):
            ground.postgres().start()
        shutil.rmtree(ground.data_dir)
        left = EmbeddedPostgres(
            ground.data_dir, Secrets.open(ground.data_dir / "secrets"), system_home=ground.system_home
        )

        left.remove()

        assert not left.place.home.exists()
        with ground.postgres():
            pass

    def test_a_place_that_the_server_cannot_reach_is_named(self, ground: Ground) -> None:
        closed = ground.data_dir.parent / "closed"
        closed.mkdir(mode=0o700)
        postgres = Ground(ground.data_dir, closed / "home").postgres()

        with pytest.raises(StartError, match=f"cannot pass through {closed}, and we change no permission"):
            postgres.start()

    def test_a_system_folder_that_cannot_be_made_says_what_to_do(self, ground: Ground) -> None:
        postgres = Ground(ground.data_dir, Path("/proc/doorstep")).postgres()

        with pytest.raises(StartError, match=r"/proc/doorstep cannot be made: .* Mount a writable folder"):
            postgres.start()

    def test_a_cluster_of_an_ordinary_user_is_not_started_as_root(self, ground: Ground) -> None:
        (ground.data_dir / "postgres" / "data").mkdir(parents=True)

        with pytest.raises(StartError, match="made by an ordinary user"):
            ground.postgres().start()
