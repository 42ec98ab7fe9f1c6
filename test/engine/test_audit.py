"""The audit log: hash chain, torn lines, secrets, disks that refuse."""

import os
import queue
import threading
import time
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck.trading import linefile
from quarterdeck.trading.audit import AuditError, AuditLog, verify
from quarterdeck.trading.commits import Commits
from quarterdeck.trading.linefile import LineFile, LineFileError
from quarterdeck.trading.redaction import HIDDEN, Redactor


def entries(path: Path) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def written(path: Path, count: int = 5) -> Path:
    log = AuditLog(path)
    for number in range(count):
        log.append("command", sync=number % 2 == 0, command="SubmitOrder", orders=[{"client_order_id": f"O-{number}"}])
    log.close()
    return path


def test_a_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = written(tmp_path / "audit.jsonl")
    log = AuditLog(path)
    assert log.append("halt", who="operator", state="HALTED") == 6
    log.close()
    found = verify(path)
    assert (found.entries, found.problem) == (6, None)
    assert [entry["seq"] for entry in entries(path)] == [1, 2, 3, 4, 5, 6]


@given(line=st.integers(0, 4), where=st.floats(0, 0.999), byte=st.integers(32, 126))
def test_any_byte_that_is_changed_is_seen(
    tmp_path_factory: pytest.TempPathFactory, line: int, where: float, byte: int
) -> None:
    path = written(tmp_path_factory.mktemp("audit") / "audit.jsonl")
    lines = path.read_bytes().splitlines()
    at = int(where * len(lines[line]))
    changed = lines[line][:at] + bytes([byte]) + lines[line][at + 1 :]
    path.write_bytes(b"\n".join([*lines[:line], changed, *lines[line + 1 :]]) + b"\n")
    assert (verify(path).problem is None) == (changed == lines[line])


@pytest.mark.parametrize("damage", ["removed", "swapped", "repeated"])
def test_a_line_removed_swapped_or_repeated_is_seen_and_nothing_is_lost(tmp_path: Path, damage: str) -> None:
    path = written(tmp_path / "audit.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    orders = {"removed": [0, 1, 3, 4], "swapped": [0, 2, 1, 3, 4], "repeated": [0, 1, 1, 2, 3, 4]}
    damaged = b"".join(lines[index] for index in orders[damage])
    path.write_bytes(damaged)

    log = AuditLog(path)
    log.close()

    assert log.broken is not None
    (kept,) = tmp_path.glob("audit.broken-*.jsonl")
    assert kept.read_bytes() == damaged
    (first,) = entries(path)
    assert (first["kind"], first["kept"]) == ("chain_broken", kept.name)
    assert verify(path).problem is None


@given(kept=st.integers(1, 200))
def test_a_torn_last_line_is_cut_off_and_said(tmp_path_factory: pytest.TempPathFactory, kept: int) -> None:
    path = written(tmp_path_factory.mktemp("audit") / "audit.jsonl")
    whole = path.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    torn = last[: min(kept, len(last) - 1)]
    path.write_bytes(whole[: -len(last)] + torn)

    log = AuditLog(path)
    log.close()

    assert log.broken is None
    assert verify(path).problem is None
    assert [entry["kind"] for entry in entries(path)] == ["command"] * 4 + ["repaired"]


def test_secrets_are_never_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINANCE_API_SECRET", "s3cr3t-value")
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append("request", arguments={"params": {"api_key": "abcdef", "note": "uses s3cr3t-value"}, "tags": ["x"]})
    log.close()
    text = log_text(tmp_path)
    assert "s3cr3t-value" not in text
    assert "abcdef" not in text
    assert text.count(HIDDEN) == 2


def log_text(folder: Path) -> str:
    return (folder / "audit.jsonl").read_text()


def test_names_that_only_sound_like_secrets_stay() -> None:
    plain = {"client_order_id": "O-1", "instrument_id": "BTCUSDT.SIM", "pk_ratio": "1"}
    assert Redactor({}).redact(plain) == plain


def test_a_disk_that_refuses_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append("opened")
    before = log_text(tmp_path)
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        write(descriptor, bytes(data)[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half)
        with pytest.raises(AuditError, match="No space left"):
            log.append("command", sync=True)
    assert log_text(tmp_path) == before
    assert log.append("command", sync=True) == 2
    log.close()
    assert verify(tmp_path / "audit.jsonl") == (2, log.head, None)


def test_two_writers_of_one_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quarterdeck.trading.linefile.LOCK_WAIT", 0.05)
    first = LineFile(tmp_path / "lines")
    with pytest.raises(LineFileError, match="another process"):
        LineFile(tmp_path / "lines")
    first.close()
    LineFile(tmp_path / "lines").close()


def test_steps_go_on_in_their_order_and_only_once_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    synced: list[int] = []
    sync = linefile.sync_data

    def slow(descriptor: int) -> None:
        written = len(log_text(tmp_path).splitlines())
        time.sleep(0.002)
        sync(descriptor)
        synced.append(written)

    monkeypatch.setattr(linefile, "sync_data", slow)
    done: list[tuple[int, str | None]] = []
    finished = threading.Event()
    commits = Commits(log.sync, lambda go: go())

    def step(number: int, problem: str | None) -> None:
        assert synced[-1] >= number
        done.append((number, problem))
        if number == 200:
            finished.set()

    for number in range(1, 201):
        assert log.append("command") == number
        commits.after(partial(step, number))
    assert finished.wait(30)
    assert done == [(number, None) for number in range(1, 201)]
    # Those that waited were brought to disk together.
    assert len(synced) < 200
    log.close()


def test_a_disk_that_cannot_sync_lets_nothing_go_on_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    problems: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    commits = Commits(log.sync, lambda go: go())
    with monkeypatch.context() as patched:
        patched.setattr(linefile, "sync_data", failing)
        log.append("command")
        commits.after(problems.put)
        assert "Input/output error" in str(problems.get(timeout=30))
    # A later sync that succeeds says nothing of what was lost before.
    commits.after(problems.put)
    assert "Input/output error" in str(problems.get(timeout=30))
    with pytest.raises(AuditError):
        log.append("command", sync=True)
