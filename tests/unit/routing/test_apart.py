"""VROOM in a process of its own: asked, stopped, frozen and killed."""

import os
import signal
import threading
import time

import pytest

from routing.check import check
from routing.engines import Effort, EngineError
from routing.engines.apart import Apart, _give_back, _take
from routing.engines.vroom import Vroom
from routing.schedule import Day
from routing.solve import solve

from .test_search import busy_day


def frozen() -> int:
    """The next question goes to a process that does not move; gives its number."""
    worker = _take()
    os.kill(worker.pid, signal.SIGSTOP)
    _give_back(worker)
    return worker.pid


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_proposes_what_the_engine_proposes_here() -> None:
    day = Day.of(busy_day())
    effort = Effort(20, seed=1, iterations=1)

    assert Apart(Vroom()).propose(day, effort, None) == Vroom().propose(day, effort, None)


def test_other_threads_go_on_while_it_thinks() -> None:
    day, pauses, last = Day.of(busy_day(stops=300, crews=12)), [0.0], [time.perf_counter()]
    thread = threading.Thread(target=lambda: Apart(Vroom()).propose(day, Effort(0.5, seed=1), None))
    thread.start()
    while thread.is_alive():
        time.sleep(0.002)
        now = time.perf_counter()
        pauses.append(now - last[0])
        last[0] = now

    assert len(pauses) > 20


def test_a_process_that_hangs_is_ended_and_the_plan_is_made_without_it() -> None:
    pid = frozen()

    plan = solve(busy_day(), seconds=0.2, engines=(Apart(Vroom()),))

    assert check(busy_day(), plan) == ()
    assert plan.notes == ("VROOM did not answer in 1.3 s. The plan was made without it.",)
    deadline = time.perf_counter() + 10
    while not is_gone(pid) and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert is_gone(pid)
    assert solve(busy_day(), seconds=2, engines=(Apart(Vroom()),)).made_by == "VROOM"


def test_a_process_that_dies_in_between_is_replaced_without_a_word() -> None:
    worker = _take()
    _give_back(worker)
    os.kill(worker.pid, signal.SIGKILL)
    deadline = time.perf_counter() + 10
    while worker.is_alive and time.perf_counter() < deadline:
        time.sleep(0.01)

    assert solve(busy_day(), seconds=2, engines=(Apart(Vroom()),)).notes == ()


def test_a_process_that_dies_while_it_thinks_is_said_to_be_gone() -> None:
    pid = frozen()
    failed: list[EngineError] = []

    def ask() -> None:
        with pytest.raises(EngineError) as error:
            Apart(Vroom()).propose(Day.of(busy_day()), Effort(5, seed=1), None)
        failed.append(error.value)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    thread.join(10)

    assert [str(error) for error in failed] == ["VROOM was ended: its process is gone."]
