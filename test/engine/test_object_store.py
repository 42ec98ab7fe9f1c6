"""A catalog in an object store is read and run like one in a folder: against an S3 of the test's own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from conftest import ENVIRONMENT, EngineError, Worker
from request_forms import backtest

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""
KEYS = {
    "AWS_ACCESS_KEY_ID": "a-key",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-this-test",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
BUCKET = "s3://market/catalog"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = next(line.strip() for line in process.stdout if line.strip().isdigit())
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()


@pytest.fixture
def signed_in(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the workers s3fs and the credentials; return a client of the store."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(ENVIRONMENT, name, value)
    tools = Path(botocore.session.__file__).parents[1]
    monkeypatch.setitem(ENVIRONMENT, "PYTHONPATH", os.pathsep.join([ENVIRONMENT["PYTHONPATH"], str(tools)]))
    return botocore.session.get_session().create_client("s3")


def put(client: Any, folder: Path) -> None:
    client.create_bucket(Bucket="market", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for file in folder.rglob("*"):
        if file.is_file():
            client.put_object(Bucket="market", Key=f"catalog/{file.relative_to(folder)}", Body=file.read_bytes())


def test_a_catalog_in_s3_is_read_and_run_like_one_in_a_folder(
    signed_in: Any, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    params = backtest(tmp_path, 400)
    importing = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": params["request"]["data"]}
    start_worker("run").call("import_data", importing)
    put(signed_in, tmp_path / "catalog")
    items = [{"data_type": "Bar", "bar_type": item["bar_type"]} for item in params["request"]["data"]]
    bar_type = items[0]["bar_type"]
    answers = []
    query = start_worker("query")
    for location in (str(tmp_path / "catalog"), BUCKET):
        listed = query.call("list_data", {"catalog": location})
        rows = query.call("query_data", {"catalog": location, "data_type": "Bar", "bar_type": bar_type, "limit": 3})
        found = query.call("find_instruments", {"catalog": location})
        runs = [
            start_worker("run").call(
                "run_backtest", {**backtest(tmp_path, 400, data=items, api=api), "catalog": location}
            )
            for api in ("node", "engine")
        ]
        figures = [(result["counts"], result["balances"]) for result in runs]
        answers.append((listed["data"], listed["instruments"], rows["rows"], found["instruments"], figures))
    assert answers[0][4][0][0]["fills"] > 20
    assert answers[0] == answers[1]
    kept = [
        file
        for file in tmp_path.rglob("*")
        if file.is_file() and KEYS["AWS_SECRET_ACCESS_KEY"].encode() in file.read_bytes()
    ]
    assert kept == []


def test_an_object_store_that_cannot_be_read_says_why(
    signed_in: Any, start_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start_worker("query").call("list_data", {"catalog": "s3://nowhere/catalog"})["exists"] is False
    monkeypatch.setitem(ENVIRONMENT, "AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setitem(ENVIRONMENT, "AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EngineError) as caught:
        start_worker("query").call("list_data", {"catalog": BUCKET})
    assert (caught.value.code, caught.value.path) == ("CATALOG_UNREACHABLE", "catalog")
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)


def test_a_store_whose_package_is_missing_says_which(start_worker: Callable[..., Worker]) -> None:
    with pytest.raises(EngineError) as caught:
        start_worker("query").call("list_data", {"catalog": "gs://market/catalog"})
    assert (caught.value.code, caught.value.path) == ("PACKAGE_MISSING", "catalog")
    assert "gcsfs" in str(caught.value)
