"""The thread that writes the log is where the run is, and harms nothing where it cannot be placed."""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator

import pytest
from quarterdeck.nautilus import logthread
from quarterdeck.nautilus.logthread import LogThread

PR_SET_NAME = 15
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread be placed")


@pytest.fixture
def writer() -> Iterator[int]:
    """A thread of the name the engine's has; gives its id."""
    named, done = threading.Event(), threading.Event()

    def wait() -> None:
        ctypes.CDLL(None).prctl(PR_SET_NAME, b"logging", 0, 0, 0)
        named.set()
        done.wait()

    thread = threading.Thread(target=wait)
    thread.start()
    assert named.wait(10)
    assert thread.native_id is not None
    yield thread.native_id
    done.set()
    thread.join()


@linux
def test_it_follows_to_the_core_of_the_run(writer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cores = sorted(os.sched_getaffinity(0))
    at = [cores[0]]
    monkeypatch.setattr(logthread, "_core", lambda: lambda: at[0])
    # An engine of another test may have left one.
    monkeypatch.setattr(logthread, "_find", lambda: writer)
    log = LogThread()
    for core in (cores[0], cores[-1]):
        at[0] = core
        log.follow()
        assert os.sched_getaffinity(writer) == {core}
    assert os.sched_getscheduler(writer) == os.SCHED_BATCH
    assert os.sched_getaffinity(threading.get_native_id()) == set(cores)


@linux
def test_it_is_found_by_its_name(writer: int) -> None:
    found = logthread._find()
    assert found is not None
    assert (logthread.TASKS / str(found) / "comm").read_text() == (logthread.TASKS / str(writer) / "comm").read_text()


@linux
def test_a_place_that_is_forbidden_is_asked_for_once(writer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def forbidden(*arguments: object) -> None:
        asked.append(arguments)
        raise PermissionError("not in this container")

    monkeypatch.setattr(os, "sched_setaffinity", forbidden)
    log = LogThread()
    log.follow()
    log.follow()
    assert len(asked) == 1


def test_without_such_a_thread_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logthread, "_find", lambda: None)
    LogThread().follow()
