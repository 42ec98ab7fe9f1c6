"""The practice venue for tests: started, asked, and told what shall go wrong."""

import hashlib
import hmac
import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nodes import start_params

SERVER = Path(__file__).resolve().parents[2] / "dist" / "server" / "main.js"
BTC = "BTCUSDT.BINANCE"
FAULTS = (
    "latency_ms",
    "skew_ms",
    "reject_next",
    "duplicate_reports",
    "reorder_reports",
    "drop_reports",
    "drop_answers",
    "silent",
)
WELL = dict.fromkeys(FAULTS, 0)


@contextmanager
def practice_venue(folder: Path) -> Iterator[dict[str, Any]]:
    """Run a venue of its own; yields what its first line says."""
    command = [_node(), str(SERVER), "exchange", "--ledger", str(folder), "--seed", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def admin(venue: dict[str, Any], path: str, **body: Any) -> None:
    """Give the venue an order of its keeper."""
    url = f"{venue['base_url_http']}/admin/{path}"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), method="POST")) as answer:
        assert answer.status == 200


@contextmanager
def faults(venue: dict[str, Any], **asked: int) -> Iterator[None]:
    """Let something go wrong for a while."""
    admin(venue, "faults", **{**WELL, **asked})
    try:
        yield
    finally:
        admin(venue, "faults", **WELL)


def ask(venue: dict[str, Any], path: str, **params: Any) -> Any:
    """Return what the venue's own books say, past every adapter."""
    return _signed(venue, "GET", path, params)


def place(venue: dict[str, Any], **order: Any) -> Any:
    """Place an order of the practice account, past every adapter."""
    return _signed(venue, "POST", "/api/v3/order", order)


def _signed(venue: dict[str, Any], method: str, path: str, params: dict[str, Any]) -> Any:
    query = urllib.parse.urlencode({**params, "timestamp": int(time.time() * 1000)})
    signature = hmac.new(venue["api_secret"].encode(), query.encode(), hashlib.sha256).hexdigest()
    url = f"{venue['base_url_http']}{path}?{query}&signature={signature}"
    request = urllib.request.Request(url, headers={"X-MBX-APIKEY": venue["api_key"]}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def ed25519_key(venue: dict[str, Any]) -> dict[str, str]:
    """Return an Ed25519 key of the practice account, as an adapter's config takes it."""
    script = """
        const { publicKey, privateKey } = require('node:crypto').generateKeyPairSync('ed25519');
        const pem = (key, type) => key.export({ type, format: 'pem' });
        console.log(JSON.stringify({ public: pem(publicKey, 'spki'), private: pem(privateKey, 'pkcs8') }));
    """
    pair = json.loads(subprocess.check_output([_node(), "-e", script]))
    admin(venue, "keys", account="practice", api_key="ed25519", public_key=pair["public"])
    return {"api_key": "ed25519", "api_secret": pair["private"]}


def binance_params(folder: Path, venue: dict[str, Any], key: dict[str, str]) -> dict[str, Any]:
    """Return what starts a node whose Binance adapter is connected to the venue."""
    common = {
        **key,
        "base_url_http": venue["base_url_http"],
        "instrument_provider": {"load_all": True},
    }

    def client(url: str) -> dict[str, Any]:
        return {
            "BINANCE": {
                "adapter": "binance",
                "config": {**common, "base_url_ws": venue[url]},
            }
        }

    clients = {
        "data_clients": client("base_url_ws"),
        "exec_clients": client("base_url_ws_api"),
    }
    return {**start_params(folder), "kind": "testnet", "profile": {**clients, "stale_seconds": 5}}


def _node() -> str:
    node = shutil.which("node")
    assert node, "node is needed to start the practice venue"
    return node
