"""Why a venue did not connect, told from what its adapter raised."""

import os
import re

from quarterdeck.adapters import missing
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.protocol import NodeProfile

REFUSED = re.compile(
    r"-2014|-2015|-1022|\b401\b|\b403\b|unauthori[sz]ed|forbidden|authenticat|invalid (?:api|key|signature)|"
    r"signature (?:for this request )?is not valid|api-?key|permission denied|login failed|invalid_client|"
    r"bad argument `key`",
    re.IGNORECASE,
)
UNREACHABLE = re.compile(
    r"connection refused|refused|timed? ?out|dns|lookup|resolve|unreachable|no route|error sending request|"
    r"connect error|connection (?:reset|closed|error)|cannot connect|network|ssl|tls|certificate",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\w+://[^\s)'\"]+")
QUERY = re.compile(r"\?[^\s)'\"]*")
ABSENT = re.compile(
    r"not found in environment|environment variable|credentials? (?:is|are|must|not)|is required|missing", re.IGNORECASE
)


def fault_of(venue: str, adapter: str, environment: str | None, error: BaseException) -> QuarterdeckError:
    """Return an error of ours for what an adapter raised while it was built or connected."""
    if isinstance(error, QuarterdeckError):
        return error
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    # What is signed may be in an address; it helps nobody.
    text = QUERY.sub("", text)
    said = f" It says: {text[:300]}"
    # What an address is called says nothing of what went wrong there.
    words = ADDRESS.sub("", text)
    if isinstance(error, KeyError) or ABSENT.search(words):
        return unsigned(venue, adapter, environment) or QuarterdeckError(
            "CREDENTIALS_MISSING",
            f"{venue} ({adapter}) lacks credentials.{said}",
            f'list_venues {{"adapter": "{adapter}"}} names the variables; hand them over in the editor, '
            "or start the server with them.",
            path=f"exec_clients.{venue}",
        )
    if REFUSED.search(words):
        where = f" in its environment {environment}" if environment else ""
        return QuarterdeckError(
            "CREDENTIALS_REFUSED",
            f"{venue} ({adapter}) refuses the credentials{where}.{said}",
            "Check key, secret and the permissions of the key, that its clock is right, and that the key belongs to "
            "this environment: one of a testnet is unknown to the real venue.",
            path=f"exec_clients.{venue}",
        )
    if isinstance(error, OSError | TimeoutError) or UNREACHABLE.search(words):
        return QuarterdeckError(
            "VENUE_UNREACHABLE",
            f"{venue} ({adapter}) cannot be reached.{said}",
            "Check the network, a proxy, and the addresses in the profile.",
            path=f"data_clients.{venue}",
        )
    return QuarterdeckError(
        "VENUE_NOT_CONNECTED",
        f"{venue} ({adapter}) did not connect.{said}",
        "Read the node's log; check the client's config.",
        path=f"data_clients.{venue}",
    )


def unsigned(venue: str, adapter: str, environment: str | None) -> QuarterdeckError | None:
    """Return what is wrong where an adapter's credentials are not in this process's environment; None when they are."""
    names, instead = missing(adapter, environment, frozenset(os.environ))
    if not names:
        return None
    wanted = f"{venue} ({adapter}) is to sign in{f' to {environment}' if environment else ''}"
    if instead is not None:
        return QuarterdeckError(
            "WRONG_ENVIRONMENT",
            f"{wanted}, and there are only credentials for {instead}.",
            f"Set environment to {instead} in the client's config, or hand over {', '.join(names)}.",
            path=f"exec_clients.{venue}.config.environment",
        )
    return QuarterdeckError(
        "CREDENTIALS_MISSING",
        f"{wanted}, and {', '.join(names)} {'is' if len(names) == 1 else 'are'} not set.",
        "Hand them over in the editor (Quarterdeck: Add Venue Credentials), or start the server with them.",
        path=f"exec_clients.{venue}",
    )


def unbuilt(profile: NodeProfile, error: Exception) -> Exception:
    """Return why a client of a profile could not be made; without adapters that is a defect of ours."""
    for name, client in {**given(profile.data_clients, {}), **given(profile.exec_clients, {})}.items():
        environment = given(client.config, {}).get("environment")
        adapter = given(client.adapter) or str(given(client.factory))
        return fault_of(name, adapter, None if environment is None else str(environment).upper(), error)
    return error
