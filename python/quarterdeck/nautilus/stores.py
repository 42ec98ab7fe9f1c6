"""The engine's catalog at a path or in an object store, opened with the credentials this process was given."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from fsspec import get_filesystem_class
from fsspec.core import split_protocol
from nautilus_trader.backtest.config import BacktestDataConfig
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog

from quarterdeck.errors import QuarterdeckError
from quarterdeck.protocol import Warning

AWS = ".amazonaws.com"


def is_address(location: str) -> bool:
    """Whether a catalog's location is an fsspec URL."""
    return "://" in location


def open_store(location: str) -> ParquetDataCatalog:
    """Open the catalog at a path or an fsspec URL.

    The engine's own `from_uri` hands the host of an address to every kind of store, which S3's and others refuse; and
    its reader of rows, unlike its listing of files, looks for no credentials where the platform's tools keep them.

    Raises
    ------
    QuarterdeckError
        PACKAGE_MISSING where fsspec needs one to open the address; CATALOG_UNREACHABLE.

    """
    if not is_address(location):
        return ParquetDataCatalog(location)
    with reaching(location):
        protocol, _ = split_protocol(location)
        kind = get_filesystem_class(protocol)
        options = kind._get_kwargs_from_urls(location)
        return ParquetDataCatalog(
            kind._strip_protocol(location),
            fs_protocol=protocol,
            fs_storage_options=options,
            fs_rust_storage_options={**options, **reader_options(protocol)},
        )


def reader_options(protocol: str) -> dict[str, str]:
    """Return what the engine's reader of rows signs in with: for S3, what botocore finds for s3fs too."""
    if protocol not in ("s3", "s3a"):
        return {}
    session = import_module("botocore.session").get_session()
    client = session.create_client("s3")
    endpoint = client.meta.endpoint_url
    options = {"region": client.meta.region_name}
    if AWS not in endpoint:
        options |= {"endpoint_url": endpoint, "allow_http": str(endpoint.startswith("http://")).lower()}
    found = session.get_credentials()
    if found is not None:
        key = found.get_frozen_credentials()
        options |= {"access_key_id": key.access_key, "secret_access_key": key.secret_key, "session_token": key.token}
    return {name: value for name, value in options.items() if value}


@contextmanager
def reaching(location: str) -> Iterator[None]:
    """Say of a catalog at an address what kept us from it."""
    if not is_address(location):
        yield
        return
    try:
        yield
    except ImportError as error:
        raise QuarterdeckError(
            "PACKAGE_MISSING",
            f"A catalog at {location} needs a Python package that is not there: {error}",
            "Install it into the engine's environment, or copy the catalog to a folder.",
            path="catalog",
        ) from error
    except (QuarterdeckError, MemoryError):
        raise
    except Exception as error:
        raise QuarterdeckError(
            "CATALOG_UNREACHABLE",
            f"The catalog at {location} could not be read: {type(error).__name__}: {str(error)[:300]}",
            "Check the address and the credentials. The engine's processes see secrets of the environment only where "
            "QUARTERDECK_PASS_ENV names them, as AWS_*.",
            path="catalog",
        ) from error


def without_credentials(locations: set[str]) -> list[Warning]:
    """Warn of what a script cannot read as it stands: credentials are not written into one."""
    signed = sorted(location for location in locations if is_address(location) and not location.startswith("file:"))
    if not signed:
        return []
    return [
        Warning(
            code="CREDENTIALS_LEFT_OUT",
            message=f"The script names no credentials for {', '.join(signed)}, and the engine looks for none.",
            next_step="Give the catalog fs_rust_storage_options (BacktestDataConfig: catalog_fs_rust_storage_options) "
            "with access_key_id, secret_access_key, region and, where it is not Amazon's, endpoint_url.",
        )
    ]


class StoreNode(BacktestNode):  # type: ignore[misc]
    """The engine's node, whose catalogs are opened as ours: credentials stay out of its configuration."""

    @classmethod
    def load_catalog(cls, config: BacktestDataConfig) -> ParquetDataCatalog:
        """Open the catalog of an item."""
        protocol = config.catalog_fs_protocol
        if protocol in (None, "file"):
            return BacktestNode.load_catalog(config)
        return open_store(f"{protocol}://{config.catalog_path}")
