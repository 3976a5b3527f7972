"""The supervisor, run as a process of its own, as an operator runs it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cluster import Ground, temporary_ground

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
PREAMBLE = """
import os, sys
from pathlib import Path
from api.server.supervisor import Program, Supervisor, plain_environment
here = Path(sys.argv[1])
def python(name, code, environment=plain_environment, **more):
    return Program(name, [sys.executable, "-c", code], environment, **more)
SLEEP = "import time; time.sleep(600)"
def tell(name, then=SLEEP):
    return f"import os; open({str(here / name)!r}, 'a').write(f'{{os.getpid()}}\\\\n'); " + then
"""

Run = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started: list[subprocess.Popen[str]] = []

    def run_(story: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + textwrap.dedent(story), str(tmp_path)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run_
    for process in started:
        # It stops its children, and theirs; killed, it would leave workers behind that hold its output open.
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=30)


def lines_until(process: subprocess.Popen[str], last: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1] == last:
            return lines
    raise AssertionError(f"«{last}» never came: {lines}")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int, *, within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it ended meanwhile
        return None


def pids(path: Path, count: int = 1, *, within_s: float = 10.0) -> list[int]:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = [int(line) for line in path.read_text().split()] if path.exists() else []
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{count} processes never told their ids in {path.name}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_children_start_in_order_and_stop_in_reverse(run: Run, number: signal.Signals) -> None:
    supervisor = run("""
        sys.exit(Supervisor([python("first", SLEEP), python("second", SLEEP)]).run())
    """)
    begun = lines_until(supervisor, "second: running")

    supervisor.send_signal(number)
    out, _ = supervisor.communicate(timeout=15)

    assert begun == ["first: starting", "first: running", "second: starting", "second: running"]
    assert out.splitlines() == ["second: stopped", "first: stopped"]
    assert supervisor.returncode == 0


def test_asked_to_stop_it_serves_on_for_a_while_and_asked_again_it_stops_at_once(
    run: Run, tmp_path: Path
) -> None:
    supervisor = run("""
        from api.server.supervisor import Drain
        drain = Drain(here / "stopping", 600)
        sys.exit(Supervisor([python("web", SLEEP)], drain=drain).run())
    """)
    lines_until(supervisor, "web: running")
    assert not (tmp_path / "stopping").exists()

    supervisor.terminate()
    lines_until(supervisor, "not ready any more; stopping in 600 s, or at once if asked again")
    assert (tmp_path / "stopping").exists()
    assert supervisor.poll() is None
    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=15)

    assert out.splitlines() == ["web: stopped"]
    assert supervisor.returncode == 0


def test_a_crashed_child_is_started_again_after_a_pause_that_grows(run: Run, tmp_path: Path) -> None:
    supervisor = run("""
        sys.exit(Supervisor([python("web", tell("web"))]).run())
    """)
    lines_until(supervisor, "web: running")
    time.sleep(2.2)  # it has been steady

    os.kill(pids(tmp_path / "web")[0], signal.SIGKILL)
    first = lines_until(supervisor, "web: running again")
    os.kill(pids(tmp_path / "web", 2)[1], signal.SIGTERM)
    second = lines_until(supervisor, "web: running again")

    assert first[0] == "web: ended with signal SIGKILL; starting it again in 0.5 s"
    assert second[0] == "web: ended with signal SIGTERM; starting it again in 1 s"
    assert len(set(pids(tmp_path / "web", 3))) == 3


def test_workers_that_a_crashed_child_left_are_gone_before_it_is_started_again(
    run: Run, tmp_path: Path
) -> None:
    supervisor = run("""
        code = f'''
        import os, time
        if os.fork() == 0:
            open({str(here / "worker")!r}, "a").write(f"{{os.getpid()}}\\\\n")
        else:
            open({str(here / "web")!r}, "a").write(f"{{os.getpid()}}\\\\n")
        time.sleep(600)
        '''
        import textwrap
        sys.exit(Supervisor([python("web", textwrap.dedent(code))]).run())
    """)
    lines_until(supervisor, "web: running")
    time.sleep(2.2)

    os.kill(pids(tmp_path / "web")[0], signal.SIGKILL)
    lines_until(supervisor, "web: running again")

    assert ends(pids(tmp_path / "worker")[0], within_s=1)


@pytest.mark.parametrize(
    ("child", "sentence"),
    [
        (
            'Program("web", ["/nowhere/granian"], {})',
            "web cannot start: there is no program /nowhere/granian.",
        ),
        (
            'python("web", "raise SystemExit(3)")',
            "web cannot start: it ended with exit code 3. Its own words stand above.",
        ),
        (
            'python("web", SLEEP, ready=lambda: False, ready_within_s=0.3)',
            "web cannot start: it is not ready after 0 s.",
        ),
        (
            'python("web", "raise SystemExit(4)", ready=lambda: False)',
            "web cannot start: it ended with exit code 4. Its own words stand above.",
        ),
        (
            'python("web", "raise SystemExit(5)", once=True)',
            "web cannot start: it ended with exit code 5. Its own words stand above.",
        ),
    ],
    ids=["no program", "ends at once", "never ready", "ends before ready", "step fails"],
)
def test_a_child_that_cannot_start_ends_the_others_with_a_clear_sentence(
    run: Run, child: str, sentence: str
) -> None:
    supervisor = run(f"""
        sys.exit(Supervisor([python("first", SLEEP), {child}]).run())
    """)

    out, _ = supervisor.communicate(timeout=15)

    assert supervisor.returncode == 1
    assert sentence in out.splitlines()
    assert out.splitlines()[-1] == "first: stopped"


def test_a_step_is_done_before_the_next_child_starts(run: Run, tmp_path: Path) -> None:
    supervisor = run("""
        step = python("migrate", tell("order", "import time; time.sleep(0.3)"), once=True)
        sys.exit(Supervisor([step, python("web", tell("order"))]).run())
    """)

    begun = lines_until(supervisor, "web: running")
    migrate, web = pids(tmp_path / "order", 2)
    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=15)

    assert begun == ["migrate: starting", "migrate: done", "web: starting", "web: running"]
    assert migrate != web
    assert out.splitlines() == ["web: stopped"]


def test_each_child_has_its_own_environment_and_nothing_more(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "owner")
    supervisor = run("""
        def show(name):
            return f"import os; open({str(here / name)!r}, 'w').write(' '.join(sorted(os.environ)))"
        children = [
            python("web", show("web"), lambda: {**plain_environment(), "DATABASE_URL": "app"}, once=True),
            python("worker", show("worker"), {"ONLY": "this", "LC_ALL": "C"}, once=True),
            python("last", SLEEP),
        ]
        sys.exit(Supervisor(children).run())
    """)
    lines_until(supervisor, "last: running")

    web = set((tmp_path / "web").read_text().split())
    worker = set((tmp_path / "worker").read_text().split())

    assert {"DATABASE_URL", "PATH"} <= web
    assert "DATABASE_OWNER_URL" not in web
    assert worker == {"ONLY", "LC_ALL"}


def test_a_child_that_does_not_hear_is_killed_after_its_grace(run: Run, tmp_path: Path) -> None:
    supervisor = run("""
        deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + tell("deaf")
        sys.exit(Supervisor([python("deaf", deaf, grace_s=0.3)]).run())
    """)
    [pid] = pids(tmp_path / "deaf")

    supervisor.terminate()
    supervisor.communicate(timeout=15)

    assert supervisor.returncode == 0
    assert not is_alive(pid)


def test_children_end_when_the_supervisor_is_killed(run: Run, tmp_path: Path) -> None:
    supervisor = run("""
        sys.exit(Supervisor([python("web", tell("web"))]).run())
    """)
    [pid] = pids(tmp_path / "web")
    assert is_alive(pid)

    supervisor.kill()

    assert ends(pid)


def test_being_asked_to_stop_cuts_the_wait_for_a_slow_start_short(run: Run, tmp_path: Path) -> None:
    supervisor = run("""
        slow = python("slow", tell("slow"), ready=lambda: False, ready_within_s=600)
        sys.exit(Supervisor([python("first", SLEEP), slow, python("beside", tell("beside"))]).run())
    """)
    pids(tmp_path / "slow")
    pids(tmp_path / "beside")

    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=15)

    assert supervisor.returncode == 0
    assert out.splitlines() == [
        "first: starting",
        "first: running",
        "slow: starting",
        "beside: starting",
        "beside: running",
        "beside: stopped",
        "slow: stopped",
        "first: stopped",
    ]


@pytest.fixture
def ground() -> Iterator[Ground]:
    with temporary_ground() as ground:
        yield ground


def test_a_killed_database_is_started_again_and_answers(run: Run, ground: Ground, tmp_path: Path) -> None:
    supervisor = run(f"""
        from tests.cluster import Ground
        postgres = Ground(Path({str(ground.data_dir)!r}), Path({str(ground.system_home)!r})).postgres()
        given = lambda: {{**plain_environment(), "DATABASE_URL": postgres.start().url("app")}}
        web = python("web", "import os; open({str(tmp_path / "url")!r}, 'w').write(os.environ['DATABASE_URL']); " + SLEEP, given)
        sys.exit(Supervisor([postgres, web]).run())
    """)
    lines_until(supervisor, "web: running")
    time.sleep(2.2)
    url = (tmp_path / "url").read_text()
    with psycopg.connect(url, autocommit=True) as connection:
        first = connection.info.backend_pid
    [postmaster] = [pid for pid in ground.postgres().status().pids if parent(pid) == supervisor.pid]

    os.kill(postmaster, signal.SIGKILL)
    again = lines_until(supervisor, "database: running again")

    assert again[0] == "database: ended with signal SIGKILL; starting it again in 0.5 s"
    with psycopg.connect(url) as connection:
        assert connection.info.backend_pid != first
    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=20)
    assert out.splitlines() == ["web: stopped", "database: stopped"]
    assert ground.postgres().status().state == "stopped"
