# Generated from server/protocol by scripts/generateProtocol.ts; do not edit.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field
from quarterdeck.message import Message


class Type(StrEnum):
    connection = 'connection'
    validation = 'validation'
    strategy = 'strategy'
    environment = 'environment'
    system = 'system'
    cancelled = 'cancelled'


class Code(StrEnum):
    INVALID_ARGUMENTS = 'INVALID_ARGUMENTS'
    UNSAFE_INTEGER = 'UNSAFE_INTEGER'
    UNKNOWN_TOOL = 'UNKNOWN_TOOL'
    UNKNOWN_RESOURCE = 'UNKNOWN_RESOURCE'
    UNKNOWN_PROMPT = 'UNKNOWN_PROMPT'
    PATH_OUTSIDE_WORKSPACE = 'PATH_OUTSIDE_WORKSPACE'
    FILE_NOT_FOUND = 'FILE_NOT_FOUND'
    FILE_UNREADABLE = 'FILE_UNREADABLE'
    FILE_EMPTY = 'FILE_EMPTY'
    FILE_EXISTS = 'FILE_EXISTS'
    BUNDLE_INVALID = 'BUNDLE_INVALID'
    FILE_UNWRITABLE = 'FILE_UNWRITABLE'
    COLUMNS_MISSING = 'COLUMNS_MISSING'
    VALUE_UNREADABLE = 'VALUE_UNREADABLE'
    DATA_UNSORTED = 'DATA_UNSORTED'
    DATA_DUPLICATE_TIMES = 'DATA_DUPLICATE_TIMES'
    DATA_MIXED_PRECISION = 'DATA_MIXED_PRECISION'
    DATA_OUT_OF_RANGE = 'DATA_OUT_OF_RANGE'
    NO_DATA = 'NO_DATA'
    CATALOG_NOT_FOUND = 'CATALOG_NOT_FOUND'
    CATALOG_CONFLICT = 'CATALOG_CONFLICT'
    CATALOG_PRECISION = 'CATALOG_PRECISION'
    CATALOG_UNWRITABLE = 'CATALOG_UNWRITABLE'
    CATALOG_UNREACHABLE = 'CATALOG_UNREACHABLE'
    DEFINITIONS_MISSING = 'DEFINITIONS_MISSING'
    UNKNOWN_INSTRUMENT = 'UNKNOWN_INSTRUMENT'
    INVALID_INSTRUMENT = 'INVALID_INSTRUMENT'
    INVALID_BAR_TYPE = 'INVALID_BAR_TYPE'
    INVALID_IDENTIFIER = 'INVALID_IDENTIFIER'
    VENUE_MISMATCH = 'VENUE_MISMATCH'
    UNKNOWN_CURRENCY = 'UNKNOWN_CURRENCY'
    INVALID_BALANCE = 'INVALID_BALANCE'
    INVALID_TIME_RANGE = 'INVALID_TIME_RANGE'
    SUBSCRIPTION_UNSERVED = 'SUBSCRIPTION_UNSERVED'
    BOOK_TYPE_MISMATCH = 'BOOK_TYPE_MISMATCH'
    BAR_TYPE_UNEXECUTABLE = 'BAR_TYPE_UNEXECUTABLE'
    PRECISION_MISMATCH = 'PRECISION_MISMATCH'
    DUPLICATE_ID = 'DUPLICATE_ID'
    INVALID_CONFIG = 'INVALID_CONFIG'
    UNKNOWN_SOURCE = 'UNKNOWN_SOURCE'
    WRONG_CLASS = 'WRONG_CLASS'
    UNSUPPORTED = 'UNSUPPORTED'
    RUN_NOT_FOUND = 'RUN_NOT_FOUND'
    RUN_NOT_FINISHED = 'RUN_NOT_FINISHED'
    READ_ONLY = 'READ_ONLY'
    TOOL_EXCLUDED = 'TOOL_EXCLUDED'
    LIVE_NOT_ARMED = 'LIVE_NOT_ARMED'
    APPROVAL_DECLINED = 'APPROVAL_DECLINED'
    APPROVAL_TIMEOUT = 'APPROVAL_TIMEOUT'
    APPROVAL_UNAVAILABLE = 'APPROVAL_UNAVAILABLE'
    APPROVAL_INVALID = 'APPROVAL_INVALID'
    OPERATOR_REFUSED = 'OPERATOR_REFUSED'
    NODE_NOT_FOUND = 'NODE_NOT_FOUND'
    NODE_EXISTS = 'NODE_EXISTS'
    NODE_NOT_RUNNING = 'NODE_NOT_RUNNING'
    UNKNOWN_PROFILE = 'UNKNOWN_PROFILE'
    INVALID_ORDER = 'INVALID_ORDER'
    ORDER_NOT_FOUND = 'ORDER_NOT_FOUND'
    ORDER_CONFLICT = 'ORDER_CONFLICT'
    ORDERS_UNKNOWN = 'ORDERS_UNKNOWN'
    POSITION_NOT_FOUND = 'POSITION_NOT_FOUND'
    STRATEGY_NOT_FOUND = 'STRATEGY_NOT_FOUND'
    NO_MARKET = 'NO_MARKET'
    NODE_START_FAILED = 'NODE_START_FAILED'
    VENUE_NOT_FOUND = 'VENUE_NOT_FOUND'
    VENUE_CONNECTED = 'VENUE_CONNECTED'
    VENUE_NOT_CONNECTED = 'VENUE_NOT_CONNECTED'
    VENUE_UNREACHABLE = 'VENUE_UNREACHABLE'
    CREDENTIALS_MISSING = 'CREDENTIALS_MISSING'
    CREDENTIALS_REFUSED = 'CREDENTIALS_REFUSED'
    WRONG_ENVIRONMENT = 'WRONG_ENVIRONMENT'
    STRATEGY_IMPORT_FAILED = 'STRATEGY_IMPORT_FAILED'
    STRATEGY_RAISED = 'STRATEGY_RAISED'
    STRATEGY_EXITED = 'STRATEGY_EXITED'
    SCRIPT_FAILED = 'SCRIPT_FAILED'
    SCRIPT_WITHOUT_RUN = 'SCRIPT_WITHOUT_RUN'
    ENGINE_REFUSED = 'ENGINE_REFUSED'
    ENGINE_ABORTED = 'ENGINE_ABORTED'
    ENGINE_LOST = 'ENGINE_LOST'
    ENGINE_UNRESPONSIVE = 'ENGINE_UNRESPONSIVE'
    ENGINE_CONTRACT = 'ENGINE_CONTRACT'
    ENGINE_RESTARTS = 'ENGINE_RESTARTS'
    OUT_OF_MEMORY = 'OUT_OF_MEMORY'
    RUN_TIMEOUT = 'RUN_TIMEOUT'
    CANCELLED = 'CANCELLED'
    BUSY = 'BUSY'
    INTERNAL = 'INTERNAL'
    SERVER_UNREACHABLE = 'SERVER_UNREACHABLE'
    ADDRESS_UNAVAILABLE = 'ADDRESS_UNAVAILABLE'
    INSECURE_BIND = 'INSECURE_BIND'
    INSECURE_TOKEN = 'INSECURE_TOKEN'
    NO_PYTHON = 'NO_PYTHON'
    PYTHON_UNSUPPORTED = 'PYTHON_UNSUPPORTED'
    ENGINE_NOT_INSTALLED = 'ENGINE_NOT_INSTALLED'
    PLATFORM_UNSUPPORTED = 'PLATFORM_UNSUPPORTED'
    DISK_FULL = 'DISK_FULL'
    PACKAGE_MISSING = 'PACKAGE_MISSING'
    NO_NETWORK = 'NO_NETWORK'
    SETUP_FAILED = 'SETUP_FAILED'


class ErrorObject(Message):
    type: Type
    code: Code
    message: Annotated[str, Meta(description='What is wrong, in one sentence.')]
    next_step: Annotated[str, Meta(description='What to do next.')]
    path: (
        Annotated[
            str,
            Meta(description='Where: a JSON path into the arguments, or file:line.'),
        ]
        | UnsetType
    ) = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class MonthlyReturns(Message):
    venue: str
    currency: str
    year: Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]
    months: Annotated[
        list[float | None],
        Meta(
            description='January to December; null where there is no day.',
            max_length=12,
            min_length=12,
        ),
    ]
    total: Annotated[float, Meta(description='Of the year.')]


class RollingStatistics(Message):
    venue: str
    currency: str
    day: Annotated[str, Meta(description='YYYY-MM-DD')]
    sharpe: float | None
    sortino: float | None
    volatility: float | None
    beta: (
        Annotated[
            float,
            Meta(description='Against the benchmark, where the run has one.'),
        ]
        | None
        | UnsetType
    ) = UNSET
    alpha: Annotated[float, Meta(description='A day.')] | None | UnsetType = UNSET


class ReturnPeriod(StrEnum):
    day = 'day'
    week = 'week'
    month = 'month'
    quarter = 'quarter'
    year = 'year'


class ReturnBin(Message):
    venue: str
    currency: str
    from_: float = field(name='from')
    to: float
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]


class TradeGrouping(StrEnum):
    instrument = 'instrument'
    strategy = 'strategy'
    month = 'month'
    weekday = 'weekday'
    hour = 'hour'


class Api(StrEnum):
    """
    node: BacktestNode over the catalog. engine: BacktestEngine with loaders and wranglers.
    """

    node = 'node'
    engine = 'engine'


class Importable(Message):
    source: Annotated[
        str,
        Meta(
            description='"path/to/file.py:Class" relative to the workspace, or "package.module:Class". NautilusTrader\'s own classes work too: "nautilus_trader.examples.strategies.ema_cross:EMACross".',
            min_length=1,
        ),
    ]
    config: (
        Annotated[
            dict[str, Any],
            Meta(
                description='Fields of its config class; a field that wants a table takes {"file": path}.'
            ),
        ]
        | UnsetType
    ) = field(default_factory=dict)
    config_path: (
        Annotated[
            str,
            Meta(
                description='Config class as "module:Class"; found from the class itself when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET


class OmsType(StrEnum):
    NETTING = 'NETTING'
    HEDGING = 'HEDGING'


class AccountType(StrEnum):
    CASH = 'CASH'
    MARGIN = 'MARGIN'
    BETTING = 'BETTING'


type LeveragesAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class BookType(StrEnum):
    L1_MBP = 'L1_MBP'
    L2_MBP = 'L2_MBP'
    L3_MBO = 'L3_MBO'


class OtoTriggerMode(StrEnum):
    PARTIAL = 'PARTIAL'
    FULL = 'FULL'


type SettlementPricesAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class BacktestVenue(Message):
    name: Annotated[
        str, Meta(description='Venue name; instruments end in ".NAME".', min_length=1)
    ]
    oms_type: OmsType
    account_type: AccountType
    starting_balances: Annotated[
        list[str], Meta(description='For example ["1000000 USD"].', min_length=1)
    ]
    base_currency: (
        Annotated[str, Meta(description='Leave out for a multi-currency account.')]
        | UnsetType
    ) = UNSET
    default_leverage: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    leverages: dict[str, LeveragesAdditionalProperty] | UnsetType = UNSET
    margin_model: Importable | UnsetType = UNSET
    modules: list[Importable] | UnsetType = UNSET
    fill_model: Importable | UnsetType = UNSET
    latency_model: Importable | UnsetType = UNSET
    fee_model: Importable | UnsetType = UNSET
    book_type: BookType | UnsetType = UNSET
    routing: bool | UnsetType = UNSET
    reject_stop_orders: bool | UnsetType = UNSET
    support_gtd_orders: bool | UnsetType = UNSET
    support_contingent_orders: bool | UnsetType = UNSET
    oto_trigger_mode: OtoTriggerMode | UnsetType = UNSET
    use_position_ids: bool | UnsetType = UNSET
    use_random_ids: bool | UnsetType = UNSET
    use_reduce_only: bool | UnsetType = UNSET
    use_market_order_acks: bool | UnsetType = UNSET
    bar_execution: bool | UnsetType = UNSET
    bar_adaptive_high_low_ordering: bool | UnsetType = UNSET
    trade_execution: bool | UnsetType = UNSET
    liquidity_consumption: bool | UnsetType = UNSET
    queue_position: bool | UnsetType = UNSET
    allow_cash_borrowing: bool | UnsetType = UNSET
    frozen_account: bool | UnsetType = UNSET
    price_protection_points: (
        Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType
    ) = UNSET
    settlement_prices: dict[str, SettlementPricesAdditionalProperty] | UnsetType = UNSET
    liquidation_enabled: (
        Annotated[
            bool,
            Meta(
                description='Refused when true where the installed engine has no liquidation to switch on.'
            ),
        ]
        | UnsetType
    ) = UNSET
    liquidation_trigger_ratio: Annotated[float, Meta(gt=0.0)] | UnsetType = UNSET
    liquidation_cancel_open_orders: bool | UnsetType = UNSET


class Format(StrEnum):
    """
    Format of the file; found from its name and content when left out.
    """

    csv = 'csv'
    parquet = 'parquet'
    dbn = 'dbn'
    tardis = 'tardis'
    betfair = 'betfair'
    binance = 'binance'
    bybit = 'bybit'


class Preset(StrEnum):
    """
    Whose export a CSV or Parquet file is; found from its header when left out.
    """

    tradingview = 'tradingview'
    metatrader = 'metatrader'
    yfinance = 'yfinance'
    binance = 'binance'
    bybit = 'bybit'
    dukascopy = 'dukascopy'
    interactive_brokers = 'interactive_brokers'
    databento = 'databento'


class Timestamp(StrEnum):
    """
    Whether a bar is stamped at its open or its close (default close, or what the preset does). The engine acts at the close.
    """

    open = 'open'
    close = 'close'


class TimeUnit(StrEnum):
    """
    Unit of numeric times.
    """

    s = 's'
    ms = 'ms'
    us = 'us'
    ns = 'ns'


class Decimal(StrEnum):
    """
    Decimal mark of a CSV file; found when left out.
    """

    field_ = '.'
    field__1 = ','


class DataItem(Message):
    file: (
        Annotated[str, Meta(description='File item: path relative to the workspace.')]
        | UnsetType
    ) = UNSET
    bid_file: (
        Annotated[
            str,
            Meta(description='Bid bars, turned into quotes together with ask_file.'),
        ]
        | UnsetType
    ) = UNSET
    ask_file: (
        Annotated[
            str,
            Meta(description='Ask bars, turned into quotes together with bid_file.'),
        ]
        | UnsetType
    ) = UNSET
    format: (
        Annotated[
            Format,
            Meta(
                description='Format of the file; found from its name and content when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET
    as_: (
        Annotated[
            str,
            Meta(
                description='What the rows of the file are: "bars", "quotes", "trades", "deltas", "depth", or a class of custom data as "package.module:Class" or "file.py:Class"; found from its columns when left out.',
                pattern='^(?:bars|quotes|trades|deltas|depth|.+:[A-Za-z_]\\w*)$',
            ),
        ]
        | UnsetType
    ) = field(name='as', default=UNSET)
    preset: (
        Annotated[
            Preset,
            Meta(
                description='Whose export a CSV or Parquet file is; found from its header when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET
    instrument: (
        Annotated[
            str | dict[str, Any],
            Meta(
                description='Instrument of a file item. Instrument id known to the catalog ("EUR/USD.SIM"), NautilusTrader\'s to_dict() form (nanoseconds as strings), {"template": "fx|equity|crypto|future|…", "id": "EUR/USD.SIM"}, or {"file": "definitions.dbn.zst"}: the definitions of a Databento file.'
            ),
        ]
        | UnsetType
    ) = UNSET
    bar_type: (
        Annotated[
            str,
            Meta(description='Bar type, for example "AAPL.XNAS-1-DAY-LAST-EXTERNAL".'),
        ]
        | UnsetType
    ) = UNSET
    columns: (
        Annotated[
            dict[str, str],
            Meta(
                description='Our name → the column in the file, for example {"timestamp": "Date", "close": "Adj Close"}.'
            ),
        ]
        | UnsetType
    ) = UNSET
    timestamp: (
        Annotated[
            Timestamp,
            Meta(
                description='Whether a bar is stamped at its open or its close (default close, or what the preset does). The engine acts at the close.'
            ),
        ]
        | UnsetType
    ) = UNSET
    timezone: (
        Annotated[
            str, Meta(description='IANA zone of times that name none (default UTC).')
        ]
        | UnsetType
    ) = UNSET
    time_unit: (
        Annotated[TimeUnit, Meta(description='Unit of numeric times.')] | UnsetType
    ) = UNSET
    decimal: (
        Annotated[
            Decimal,
            Meta(description='Decimal mark of a CSV file; found when left out.'),
        ]
        | UnsetType
    ) = UNSET
    limit: (
        Annotated[
            int, Meta(description='Take the first n rows.', ge=1, le=9007199254740991)
        ]
        | UnsetType
    ) = UNSET
    data_type: (
        Annotated[
            str,
            Meta(
                description='Catalog item: type of the data in the catalog: Bar, QuoteTick, TradeTick, OrderBookDelta, OrderBookDepth10, MarkPriceUpdate, FundingRateUpdate, InstrumentStatus, InstrumentClose, OptionGreeks, or a class of custom data as "package.module:Class" or "file.py:Class".',
                pattern='^(?:Bar|QuoteTick|TradeTick|OrderBookDelta|OrderBookDepth10|MarkPriceUpdate|FundingRateUpdate|InstrumentStatus|InstrumentClose|OptionGreeks|.+:[A-Za-z_]\\w*)$',
            ),
        ]
        | UnsetType
    ) = UNSET
    instrument_id: (
        Annotated[str, Meta(description='Catalog item: instrument id.')] | UnsetType
    ) = UNSET
    client_id: (
        Annotated[
            str,
            Meta(
                description='Custom data: id of the data client whose subscribers get it, as in subscribe_data.'
            ),
        ]
        | UnsetType
    ) = UNSET
    metadata: (
        Annotated[
            dict[str, Any],
            Meta(description='Custom data of the catalog: metadata of its DataType.'),
        ]
        | UnsetType
    ) = UNSET
    filter_expr: (
        Annotated[
            str,
            Meta(
                description='Catalog item: a pyarrow filter such as \'field("value") > 1\'. The engine heeds it for custom data and for FundingRateUpdate, InstrumentStatus and InstrumentClose.'
            ),
        ]
        | UnsetType
    ) = UNSET
    optimize_file_loading: (
        Annotated[
            bool,
            Meta(
                description='Catalog item: read whole folders of the catalog instead of file by file.'
            ),
        ]
        | UnsetType
    ) = UNSET
    catalog: (
        Annotated[
            str,
            Meta(
                description='Catalog item: its catalog, when it is another than that of the call.'
            ),
        ]
        | UnsetType
    ) = UNSET
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET


class StatisticsOptions(Message):
    periods_per_year: (
        Annotated[
            int, Meta(description='Days a year: 252 (default), 365 …', ge=1, le=366)
        ]
        | UnsetType
    ) = UNSET
    timezone: (
        Annotated[
            str,
            Meta(description='IANA zone in whose midnights days end; UTC by default.'),
        ]
        | UnsetType
    ) = UNSET
    rolling_days: (
        Annotated[
            int,
            Meta(
                description='Days of the window of rolling statistics (default 126, half a year).',
                ge=2,
                le=2000,
            ),
        ]
        | UnsetType
    ) = UNSET


class Warning(Message):
    code: str
    message: str
    next_step: str


class EnvironmentParams(Message):
    pass


class EnvironmentResult(Message):
    python: str
    executable: str
    platform: str
    nautilus_trader: str
    packages: dict[str, str]


class ListStrategiesParams(Message):
    workspace: str
    file: str | UnsetType = UNSET


class Kind(StrEnum):
    strategy = 'strategy'
    actor = 'actor'
    exec_algorithm = 'exec_algorithm'


class ConfigField(Message):
    name: str
    type: str
    default: str | UnsetType = UNSET


class UnreadableFile(Message):
    file: str
    message: str
    line: (
        Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)] | UnsetType
    ) = UNSET


class ListDataParams(Message):
    catalog: str
    instrument_id: str | UnsetType = UNSET
    data_type: str | UnsetType = UNSET
    after: Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = 40


class InstrumentRow(Message):
    id: str
    type: str


class CatalogData(Message):
    data_type: str
    instrument_id: str
    files: Annotated[int, Meta(ge=0, le=9007199254740991)]
    bar_type: str | UnsetType = UNSET
    start: (
        Annotated[str, Meta(description='First time held, ISO-8601 UTC.')] | UnsetType
    ) = UNSET
    end: (
        Annotated[str, Meta(description='Last time held, ISO-8601 UTC.')] | UnsetType
    ) = UNSET


class QueryDataParams(Message):
    catalog: str
    data_type: Annotated[
        str, Meta(description='As in list_data: "Bar", "QuoteTick", "TradeTick", …')
    ]
    instrument_id: (
        Annotated[
            str,
            Meta(description='For example "EUR/USD.SIM"; not needed with bar_type.'),
        ]
        | UnsetType
    ) = UNSET
    bar_type: (
        Annotated[
            str, Meta(description='For example "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL".')
        ]
        | UnsetType
    ) = UNSET
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    after: (
        Annotated[
            int, Meta(description='Skip this many rows.', ge=0, le=9007199254740991)
        ]
        | UnsetType
    ) = 0
    limit: (
        Annotated[
            int,
            Meta(description='Rows of a page (1 to 1000, default 50).', ge=1, le=1000),
        ]
        | UnsetType
    ) = 50
    points: (
        Annotated[
            int,
            Meta(
                description='Down-sample to at most this many rows (2 to 4000) instead of paging: bars are merged, of ticks the lowest and highest are kept.',
                ge=2,
                le=4000,
            ),
        ]
        | UnsetType
    ) = UNSET


class QueryDataResult(Message):
    data_type: str
    instrument_id: str
    rows: Annotated[
        list[dict[str, Any]],
        Meta(description='Prices and sizes as decimal strings, times as ISO-8601 UTC.'),
    ]
    total: Annotated[
        int, Meta(description='Rows between start and end.', ge=0, le=9007199254740991)
    ]
    sampled: Annotated[
        bool, Meta(description='Whether rows stand for more rows than themselves.')
    ]
    bar_type: str | UnsetType = UNSET
    next: (
        Annotated[
            int,
            Meta(
                description='Value of `after` for the next page; absent on the last.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET


class GetInstrumentParams(Message):
    catalog: str
    instrument_id: str


class GetInstrumentResult(Message):
    instrument: Annotated[
        dict[str, Any],
        Meta(description='NautilusTrader’s to_dict() form, nanoseconds as strings.'),
    ]
    data: Annotated[
        list[str], Meta(description='Data types and bar types the catalog holds of it.')
    ]


class Right(StrEnum):
    CALL = 'CALL'
    PUT = 'PUT'


class FindInstrumentsParams(Message):
    catalog: str
    symbol: (
        Annotated[
            str, Meta(description='Part of the symbol, or a pattern with * and ?.')
        ]
        | UnsetType
    ) = UNSET
    class_: (
        Annotated[
            str,
            Meta(
                description='Type ("CurrencyPair", "OptionContract", …), instrument class ("OPTION", "FUTURE", …) or asset class ("FX", "EQUITY", …).'
            ),
        ]
        | UnsetType
    ) = field(name='class', default=UNSET)
    venue: str | UnsetType = UNSET
    underlying: str | UnsetType = UNSET
    expires_after: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    expires_before: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    strike_min: Annotated[str, Meta(description='Decimal as a string.')] | UnsetType = (
        UNSET
    )
    strike_max: Annotated[str, Meta(description='Decimal as a string.')] | UnsetType = (
        UNSET
    )
    right: Right | UnsetType = UNSET
    after: (
        Annotated[
            int, Meta(description='Skip this many rows.', ge=0, le=9007199254740991)
        ]
        | UnsetType
    ) = 0
    limit: (
        Annotated[
            int,
            Meta(description='Rows of a page (1 to 1000, default 50).', ge=1, le=1000),
        ]
        | UnsetType
    ) = 50


class FoundInstrument(Message):
    id: str
    type: str
    asset_class: str
    instrument_class: str
    quote_currency: str
    underlying: str | UnsetType = UNSET
    expiry: str | UnsetType = UNSET
    strike: str | UnsetType = UNSET
    right: str | UnsetType = UNSET


class CheckDataParams(Message):
    workspace: str
    catalog: str
    items: Annotated[list[DataItem], Meta(min_length=1)]
    instruments: list[str | dict[str, Any]] | UnsetType = field(default_factory=list)


class Severity(StrEnum):
    error = 'error'
    warning = 'warning'
    info = 'info'


class DataFinding(Message):
    code: str
    severity: Severity
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]
    message: str
    next_step: str
    examples: Annotated[list[dict[str, Any]], Meta(description='The first few.')]


class ImportDataParams(Message):
    workspace: str
    catalog: str
    items: Annotated[list[DataItem], Meta(min_length=1)]
    instruments: list[str | dict[str, Any]] | UnsetType = field(default_factory=list)
    dry_run: bool | UnsetType = False


class ImportedRow(Message):
    data_type: str
    instrument_id: str
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    start: str
    end: str
    bar_type: str | UnsetType = UNSET
    preview: (
        Annotated[
            list[dict[str, Any]],
            Meta(
                description='With dry_run: the first rows as original time, ts_event, ts_init.'
            ),
        ]
        | UnsetType
    ) = UNSET
    detected: (
        Annotated[
            dict[str, Any],
            Meta(
                description='With dry_run: how the file is read: format, preset, columns, separator, decimal mark, time zone, time unit, bar stamp.'
            ),
        ]
        | UnsetType
    ) = UNSET


class Frame(StrEnum):
    orders = 'orders'
    fills = 'fills'
    positions = 'positions'
    trades = 'trades'
    account = 'account'
    equity = 'equity'
    benchmark = 'benchmark'


class ReadFrameParams(Message):
    run_directory: str
    frame: Frame
    after: (
        Annotated[
            int, Meta(description='Skip this many rows.', ge=0, le=9007199254740991)
        ]
        | UnsetType
    ) = 0
    limit: Annotated[int, Meta(ge=1, le=10000)] | UnsetType = 100
    points: (
        Annotated[
            int,
            Meta(
                description='Down-sample to at most this many rows instead of paging.',
                ge=2,
                le=4000,
            ),
        ]
        | UnsetType
    ) = UNSET


class ReadFrameResult(Message):
    rows: list[dict[str, Any]]
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    next: (
        Annotated[
            int,
            Meta(
                description='Value of `after` for the next page; absent on the last.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET


class KeepPricesResult(Message):
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]


class ReadPricesParams(Message):
    run_directory: str
    instrument_id: str
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    points: Annotated[int, Meta(ge=2, le=10000)] | UnsetType = 1000


type OpenItem = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type HighItem = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type LowItem = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type CloseItem = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class ReadPricesResult(Message):
    instrument_id: str
    source: Annotated[str, Meta(description='Bar, QuoteTick or TradeTick.')]
    of: Annotated[str, Meta(description='Bar type or instrument.')]
    side: Annotated[str, Meta(description='BID, ASK, MID or LAST.')]
    rows_total: Annotated[
        int, Meta(description='Data of the whole run.', ge=0, le=9007199254740991)
    ]
    precision: Annotated[int, Meta(ge=0, le=9007199254740991)]
    step_seconds: Annotated[float, Meta(description='0: every row for itself.')]
    ts_event: list[str]
    open: list[OpenItem]
    high: list[HighItem]
    low: list[LowItem]
    close: list[CloseItem]


class ReadIndicatorsParams(Message):
    run_directory: str
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    points: Annotated[int, Meta(ge=2, le=4000)] | UnsetType = 1000


class IndicatorSeries(Message):
    component: Annotated[str, Meta(description='The strategy or actor that has it.')]
    name: str
    output: Annotated[str, Meta(description='value, upper, lower, …')]
    instrument_id: Annotated[str, Meta(description='Whose data it follows; null when it was not registered.')] | None
    every: Annotated[
        int,
        Meta(
            description='One value of so many data was kept.', ge=1, le=9007199254740991
        ),
    ]
    ts_event: list[str]
    values: list[float]


class CompareSessionParams(Message):
    session_directory: Annotated[
        str, Meta(description='Folder of the run of a node’s session.')
    ]
    run_directory: Annotated[str, Meta(description='Folder of a backtest of it.')]


class DivergingOrder(Message):
    differs: Annotated[
        list[str],
        Meta(description='Columns that differ; empty where one has no more orders.'),
    ]
    session: dict[str, Any] | None
    backtest: dict[str, Any] | None


class SessionSlippage(Message):
    mean: float | None
    worst: float | None


class SessionLatency(Message):
    median: float | None
    longest: float | None


class SessionLatencies(Message):
    session: SessionLatency
    backtest: SessionLatency


class RiskMethod(StrEnum):
    historical = 'historical'
    parametric = 'parametric'


type Equity = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type UnrealizedPnl = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type RealizedPnl = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type TodayPnl = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class ExposureRow(Message):
    name: str
    gross: Annotated[
        str,
        Meta(
            description='Sum of the amounts without their signs.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    net: Annotated[
        str,
        Meta(
            description='Sum with signs: short is negative.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


type Price = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type Exposure1 = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type Moved = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class HoldingRow(Message):
    instrument_id: str
    quantity: Annotated[
        str, Meta(description='Short is negative.', pattern='^-?\\d+(\\.\\d+)?$')
    ]
    price: Price | None
    exposure: Annotated[Exposure1, Meta(description='Notional at this price, short is negative.')] | None
    share: Annotated[float, Meta(description='Of the gross exposure.')] | None
    unrealized_pnl: UnrealizedPnl | None
    realized_pnl: RealizedPnl | None
    moved: Annotated[Moved, Meta(description='What it won or lost since moved_since.')] | None
    price_change: Annotated[float, Meta(description='Since moved_since, as a fraction.')] | None


type ValueAtRisk = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type ConditionalValueAtRisk = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class RiskMeasures(Message):
    method: Annotated[str, Meta(description='What was measured, and how.')]
    confidence: float
    horizon_days: float
    observations: Annotated[int, Meta(ge=0, le=9007199254740991)]
    interval_seconds: Annotated[float, Meta(description='From one observation to the next.')] | None
    value_at_risk: Annotated[ValueAtRisk, Meta(description='A loss, as a positive amount.')] | None
    conditional_value_at_risk: Annotated[ConditionalValueAtRisk, Meta(description='The mean loss beyond value_at_risk.')] | None
    value_at_risk_share: Annotated[float, Meta(description='Of equity.')] | None
    volatility: Annotated[float, Meta(description='A year, as a fraction of equity.')] | None
    beta: float | None
    drawdown: Annotated[float, Meta(description='Below the highest equity now; 0 or less.')] | None
    max_drawdown: float | None


class Concentration(Message):
    largest: str | None
    largest_share: Annotated[float, Meta(description='Of the gross exposure.')] | None
    herfindahl: Annotated[float, Meta(description='Sum of the squared shares: 1 is everything in one.')] | None
    effective_positions: Annotated[float, Meta(description='1 / herfindahl.')] | None


class Missing(Message):
    what: str
    reason: str


class CodeModule(Message):
    module: str
    file: str
    sha256: str


class Problem(Message):
    code: str
    path: Annotated[str, Meta(description='file:line, or where in the arguments.')]
    message: str
    next_step: str


class Format1(StrEnum):
    csv = 'csv'
    parquet = 'parquet'
    json = 'json'
    html = 'html'
    tearsheet = 'tearsheet'
    qdrun = 'qdrun'


class IncludeEnum(StrEnum):
    config = 'config'
    source = 'source'
    paths = 'paths'
    accounts = 'accounts'


class ExportRunParams(Message):
    workspace: str
    run_directory: str
    record: Annotated[dict[str, Any], Meta(description='The run.json of the run.')]
    format: Format1
    target: Annotated[
        str,
        Meta(
            description='Absolute path of the file, or of the folder for csv and parquet.'
        ),
    ]
    include: list[IncludeEnum] | UnsetType = field(default_factory=list)


class ExportedFile(Message):
    path: str
    bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]


type CommissionsAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class RunCounts(Message):
    iterations: Annotated[
        int, Meta(description='Data points processed.', ge=0, le=9007199254740991)
    ]
    events: Annotated[int, Meta(ge=0, le=9007199254740991)]
    orders: Annotated[int, Meta(ge=0, le=9007199254740991)]
    fills: Annotated[int, Meta(ge=0, le=9007199254740991)]
    positions: Annotated[
        int,
        Meta(
            description='Positions in the engine’s cache: on a NETTING venue one an instrument.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    trades: Annotated[
        int,
        Meta(
            description='Round trips: positions, and on a NETTING venue each time one was closed and reopened.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    account_events: Annotated[int, Meta(ge=0, le=9007199254740991)]


class Balance(Message):
    venue: str
    currency: str
    total: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    free: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    locked: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


type TurnoverAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class Drawdown(Message):
    start: Annotated[str, Meta(description='YYYY-MM-DD')]
    valley: Annotated[str, Meta(description='YYYY-MM-DD')]
    days: Annotated[
        int,
        Meta(
            description='Calendar days from the high to the recovery or the end.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    depth: Annotated[float, Meta(description='Fraction of the high, negative.')]
    amount: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    recovered: Annotated[str, Meta(description='YYYY-MM-DD')] | UnsetType = UNSET


class TradeSide(StrEnum):
    all = 'all'
    long = 'long'
    short = 'short'


class AccountAgainstBenchmark(Message):
    venue: str
    currency: str
    days: Annotated[int, Meta(ge=0, le=9007199254740991)]
    values: dict[str, float | None]


class ListAdaptersParams(Message):
    adapter: str | UnsetType = UNSET


class CredentialSet(Message):
    environment: str
    names: list[str]


class AdapterPackage(Message):
    name: str
    extra: Annotated[
        str,
        Meta(
            description='Of nautilus_trader, as in pip install "nautilus_trader[extra]".'
        ),
    ]
    installed: bool


class Client(StrEnum):
    data = 'data'
    execution = 'execution'


class AdapterField(Message):
    client: Client
    name: str
    type: str
    default: (
        Annotated[
            str,
            Meta(description='As its source says; without one the field is required.'),
        ]
        | UnsetType
    ) = UNSET


class ProbeVenueParams(Message):
    venue: Annotated[
        str,
        Meta(
            description='Name of the client in the node, for example "BINANCE".',
            max_length=40,
            min_length=1,
        ),
    ]
    instrument_id: str | UnsetType = UNSET
    order: bool | UnsetType = False


class CheckStatus(StrEnum):
    ok = 'ok'
    warn = 'warn'
    fail = 'fail'
    skipped = 'skipped'


class TakeCredentialsParams(Message):
    variables: dict[str, str]


class TakeCredentialsResult(Message):
    pass


class NodeClient(Message):
    adapter: (
        Annotated[
            str, Meta(description='An adapter of the engine, for example "binance".')
        ]
        | UnsetType
    ) = UNSET
    factory: (
        Annotated[
            str,
            Meta(description='A factory class of one’s own: "package.module:Factory".'),
        ]
        | UnsetType
    ) = UNSET
    config_path: (
        Annotated[str, Meta(description='Its config class as "package.module:Config".')]
        | UnsetType
    ) = UNSET
    config: (
        Annotated[
            dict[str, Any],
            Meta(
                description='Fields of the client’s config class. Credentials come from the environment.'
            ),
        ]
        | UnsetType
    ) = field(default_factory=dict)


class NodeKind(StrEnum):
    demo = 'demo'
    replay = 'replay'
    sandbox = 'sandbox'
    testnet = 'testnet'
    live = 'live'


class NodeState(StrEnum):
    starting = 'starting'
    running = 'running'
    degraded = 'degraded'
    halted = 'halted'
    stopping = 'stopping'
    stopped = 'stopped'
    failed = 'failed'


class VenueState(Message):
    name: str
    kind: Annotated[
        str, Meta(description='simulated, or the adapter that speaks with the venue.')
    ]
    connected: bool
    data: Annotated[bool, Meta(description='Whether market data come from it.')]
    execution: Annotated[bool, Meta(description='Whether orders go to it.')]
    account_id: str | None
    stale: (
        Annotated[
            str,
            Meta(
                description='It is connected and yet nothing comes from it: what, and for how long.'
            ),
        ]
        | UnsetType
    ) = UNSET


class DeploymentState(Message):
    strategy_id: str
    source: str | None
    state: Annotated[
        str, Meta(description='The engine’s component state: RUNNING, STOPPED, …')
    ]
    reason: Annotated[str, Meta(description='Why it is not running.')] | None
    identity: Annotated[str, Meta(description='Hash of its code.')] | None
    deployed_at: str
    orders: Annotated[int, Meta(ge=0, le=9007199254740991)]
    positions_open: Annotated[int, Meta(ge=0, le=9007199254740991)]


class NodeCounts(Message):
    orders: Annotated[int, Meta(ge=0, le=9007199254740991)]
    orders_open: Annotated[int, Meta(ge=0, le=9007199254740991)]
    orders_inflight: Annotated[int, Meta(ge=0, le=9007199254740991)]
    positions_open: Annotated[int, Meta(ge=0, le=9007199254740991)]
    market_data: Annotated[int, Meta(ge=0, le=9007199254740991)]
    market_data_dropped: Annotated[int, Meta(ge=0, le=9007199254740991)]


class DisconnectVenueParams(Message):
    venue: Annotated[
        str,
        Meta(
            description='Name of the client in the node, for example "BINANCE".',
            max_length=40,
            min_length=1,
        ),
    ]
    timeout_seconds: Annotated[float, Meta(ge=1.0, le=40.0)] | UnsetType = 10


class Base(StrEnum):
    """
    Built-in profile whose settings hold where this one says nothing.
    """

    demo = 'demo'
    replay = 'replay'
    sandbox = 'sandbox'
    practice = 'practice'


class OnServerLoss(StrEnum):
    """
    When the server dies: halt, cancel open orders and stop (default), or close positions as well.
    """

    stop = 'stop'
    flatten = 'flatten'


class OmsType1(StrEnum):
    """
    NETTING when left out.
    """

    NETTING = 'NETTING'
    HEDGING = 'HEDGING'


class AccountType1(StrEnum):
    """
    MARGIN when left out.
    """

    CASH = 'CASH'
    MARGIN = 'MARGIN'
    BETTING = 'BETTING'


class SimulatedVenue(Message):
    name: Annotated[
        str, Meta(description='Venue name; instruments end in ".NAME".', min_length=1)
    ]
    starting_balances: Annotated[
        list[str], Meta(description='For example ["1000000 USD"].', min_length=1)
    ]
    oms_type: (
        Annotated[OmsType1, Meta(description='NETTING when left out.')] | UnsetType
    ) = UNSET
    account_type: (
        Annotated[AccountType1, Meta(description='MARGIN when left out.')] | UnsetType
    ) = UNSET
    base_currency: (
        Annotated[str, Meta(description='Leave out for a multi-currency account.')]
        | UnsetType
    ) = UNSET
    default_leverage: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    leverages: dict[str, LeveragesAdditionalProperty] | UnsetType = UNSET
    book_type: BookType | UnsetType = UNSET
    bar_execution: bool | UnsetType = UNSET
    trade_execution: bool | UnsetType = UNSET
    reject_stop_orders: bool | UnsetType = UNSET
    support_gtd_orders: bool | UnsetType = UNSET
    support_contingent_orders: bool | UnsetType = UNSET
    use_position_ids: bool | UnsetType = UNSET
    use_random_ids: bool | UnsetType = UNSET
    use_reduce_only: bool | UnsetType = UNSET
    frozen_account: bool | UnsetType = UNSET
    maker_fee: (
        Annotated[
            str,
            Meta(
                description='Share of the amount; the instruments’ own when left out.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    taker_fee: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    session_end: (
        Annotated[
            str,
            Meta(description='Time of day at which DAY orders expire, as HH:MM or HH:MM:SS in session_timezone.', pattern='^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$'),
        ]
        | UnsetType
    ) = '00:00'
    session_timezone: (
        Annotated[str, Meta(description='IANA name, for example "America/New_York".')]
        | UnsetType
    ) = 'UTC'


type PricesAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class SyntheticFeed(Message, tag_field='kind', tag='synthetic'):
    seed: (
        Annotated[
            int,
            Meta(
                description='The same seed gives the same prices.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = 1
    interval_ms: (
        Annotated[
            float,
            Meta(
                description='Time between two quotes of an instrument.',
                ge=0.01,
                le=60000.0,
            ),
        ]
        | UnsetType
    ) = 250
    prices: (
        Annotated[
            dict[str, PricesAdditionalProperty],
            Meta(description='First price by instrument id.'),
        ]
        | UnsetType
    ) = UNSET


class DataType(StrEnum):
    QuoteTick = 'QuoteTick'
    TradeTick = 'TradeTick'
    Bar = 'Bar'
    OrderBookDelta = 'OrderBookDelta'
    OrderBookDepth10 = 'OrderBookDepth10'


class ReplayItem(Message):
    data_type: DataType
    instrument_id: str
    bar_type: str | UnsetType = UNSET


type MaxNotionalPerOrder = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type MaxNotionalPerDay = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type MaxPositionNotional = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type PriceBandPercent = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type MaxDailyLoss = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class OrderRateLimit(Message):
    orders: Annotated[int, Meta(ge=1, le=9007199254740991)]
    seconds: Annotated[int, Meta(ge=1, le=9007199254740991)]


class DescribeNodeParams(Message):
    pass


class StopNodeParams(Message):
    flatten: bool
    reason: str
    timeout_seconds: Annotated[float, Meta(gt=0.0)]
    by: str | UnsetType = UNSET


class GetRiskParams(Message):
    pass


type DayLoss = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class TradingStateName(StrEnum):
    ACTIVE = 'ACTIVE'
    REDUCING = 'REDUCING'
    HALTED = 'HALTED'


class LimitOrigin(StrEnum):
    built_in = 'built_in'
    profile = 'profile'
    user = 'user'
    set = 'set'


class LooserResult(Message):
    fields: Annotated[
        list[str], Meta(description='In which these limits allow what is refused now.')
    ]


class AnalyzePortfolioParams(Message):
    method: (
        Annotated[
            RiskMethod,
            Meta(
                description='historical (default): percentiles of what was seen; parametric: normal, mean zero.'
            ),
        ]
        | UnsetType
    ) = UNSET
    confidence: (
        Annotated[
            float,
            Meta(description='Of VaR and CVaR, 0.5 to 0.999; 0.95.', ge=0.5, le=0.999),
        ]
        | UnsetType
    ) = UNSET
    horizon_days: (
        Annotated[float, Meta(description='Of VaR and CVaR; 1.', ge=0.001, le=366.0)]
        | UnsetType
    ) = UNSET
    currency: (
        Annotated[
            str, Meta(description='Currency of all amounts; that of the risk limits.')
        ]
        | UnsetType
    ) = UNSET
    benchmark: (
        Annotated[str, Meta(description='Instrument that beta is measured against.')]
        | UnsetType
    ) = UNSET


class SizingSide(StrEnum):
    BUY = 'BUY'
    SELL = 'SELL'


class SizingMethod(StrEnum):
    fixed_fractional = 'fixed_fractional'
    volatility_target = 'volatility_target'
    kelly = 'kelly'


type Notional = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type Risk = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type StopPrice = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class PositionSizeResult(Message):
    instrument_id: str
    side: str
    method: str
    formula: Annotated[str, Meta(description='What was computed, with its source.')]
    quantity: Annotated[
        str,
        Meta(
            description='Rounded down to what the instrument can be traded in; 0: do not trade.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    notional: Notional | None
    risk: Annotated[Risk, Meta(description='Lost at the stop, in currency; null without a stop.')] | None
    currency: Annotated[str, Meta(description='Of notional, risk and equity.')]
    equity: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    entry_price: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    stop_price: StopPrice | None
    inputs: Annotated[
        dict[str, str], Meta(description='What the formula was given, and from where.')
    ]
    capped_by: Annotated[list[str], Meta(description='What made it smaller, or zero.')]
    would_be_refused: Annotated[str, Meta(description='Why the node’s limits or halt would refuse a market order of this size now.')] | None


class HaltState(StrEnum):
    REDUCING = 'REDUCING'
    HALTED = 'HALTED'


class HaltTradingResult(Message):
    state: TradingStateName
    halted_at: Annotated[str, Meta(description='From when no new order could leave.')]
    cancelled: Annotated[int, Meta(ge=0, le=9007199254740991)]
    closed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    orders_left: list[str]
    positions_left: list[str]


class ResumeTradingParams(Message):
    by: str


class OrderSide(StrEnum):
    BUY = 'BUY'
    SELL = 'SELL'


class OrderType(StrEnum):
    MARKET = 'MARKET'
    LIMIT = 'LIMIT'
    STOP_MARKET = 'STOP_MARKET'
    STOP_LIMIT = 'STOP_LIMIT'
    MARKET_TO_LIMIT = 'MARKET_TO_LIMIT'
    MARKET_IF_TOUCHED = 'MARKET_IF_TOUCHED'
    LIMIT_IF_TOUCHED = 'LIMIT_IF_TOUCHED'
    TRAILING_STOP_MARKET = 'TRAILING_STOP_MARKET'
    TRAILING_STOP_LIMIT = 'TRAILING_STOP_LIMIT'


class TriggerType(StrEnum):
    DEFAULT = 'DEFAULT'
    LAST_PRICE = 'LAST_PRICE'
    MARK_PRICE = 'MARK_PRICE'
    INDEX_PRICE = 'INDEX_PRICE'
    BID_ASK = 'BID_ASK'
    DOUBLE_LAST = 'DOUBLE_LAST'
    DOUBLE_BID_ASK = 'DOUBLE_BID_ASK'
    LAST_OR_BID_ASK = 'LAST_OR_BID_ASK'
    MID_POINT = 'MID_POINT'


class TrailingOffsetType(StrEnum):
    PRICE = 'PRICE'
    BASIS_POINTS = 'BASIS_POINTS'
    TICKS = 'TICKS'


class TimeInForce(StrEnum):
    GTC = 'GTC'
    IOC = 'IOC'
    FOK = 'FOK'
    GTD = 'GTD'
    DAY = 'DAY'
    AT_THE_OPEN = 'AT_THE_OPEN'
    AT_THE_CLOSE = 'AT_THE_CLOSE'


class WaitFor(StrEnum):
    submitted = 'submitted'
    accepted = 'accepted'
    closed = 'closed'


class OrderEventRow(Message):
    type: Annotated[
        str, Meta(description='OrderSubmitted, OrderAccepted, OrderFilled, …')
    ]
    ts_event: str
    reason: str | UnsetType = UNSET
    last_qty: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    last_px: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    commission: str | UnsetType = UNSET


class OrderStatusFilter(StrEnum):
    working = 'working'
    inflight = 'inflight'
    done = 'done'
    failed = 'failed'


class ListOrdersResult(Message):
    orders: Annotated[
        list[dict[str, Any]],
        Meta(description='Newest first, with NautilusTrader’s own field names.'),
    ]
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    next: Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType = UNSET


class GetMarketDataParams(Message):
    instrument_id: Annotated[
        str, Meta(description='Instrument id, for example "EUR/USD.SIM".', min_length=1)
    ]
    history: (
        Annotated[
            int,
            Meta(
                description='How many earlier quotes, trades and bars to show.',
                ge=0,
                le=500,
            ),
        ]
        | UnsetType
    ) = 0
    bar_type: str | UnsetType = UNSET
    depth: (
        Annotated[int, Meta(description='Levels of the book.', ge=1, le=100)]
        | UnsetType
    ) = 10


class QuoteRow(Message):
    bid_price: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    ask_price: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    bid_size: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    ask_size: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    ts_event: str


class TradeRow(Message):
    price: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    size: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    aggressor_side: str
    trade_id: str
    ts_event: str


class BarRow(Message):
    open: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    high: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    low: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    close: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    volume: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    ts_event: str


class BookLevel(Message):
    price: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    size: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


class OrderSpec(Message):
    instrument_id: Annotated[
        str, Meta(description='Instrument id, for example "EUR/USD.SIM".', min_length=1)
    ]
    side: OrderSide
    type: OrderType
    quantity: Annotated[
        str,
        Meta(
            description='In units of the instrument; of the quote currency with quote_quantity.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    price: (
        Annotated[str, Meta(description='Limit price.', pattern='^-?\\d+(\\.\\d+)?$')]
        | UnsetType
    ) = UNSET
    trigger_price: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trigger_type: TriggerType | UnsetType = UNSET
    limit_offset: (
        Annotated[
            str,
            Meta(
                description='TRAILING_STOP_LIMIT: distance of the limit from the trigger.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trailing_offset: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trailing_offset_type: TrailingOffsetType | UnsetType = UNSET
    activation_price: (
        Annotated[
            str,
            Meta(
                description='Trailing stops: price at which trailing begins.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    time_in_force: (
        Annotated[TimeInForce, Meta(description='GTC when left out.')] | UnsetType
    ) = UNSET
    expire_time: (
        Annotated[str, Meta(description='With time_in_force GTD.', min_length=4)]
        | UnsetType
    ) = UNSET
    post_only: bool | UnsetType = UNSET
    reduce_only: bool | UnsetType = UNSET
    quote_quantity: bool | UnsetType = UNSET
    display_quantity: (
        Annotated[
            str,
            Meta(
                description='Iceberg: what the book shows.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    emulation_trigger: (
        Annotated[
            TriggerType,
            Meta(description='Holds the order in the node until triggered.'),
        ]
        | UnsetType
    ) = UNSET
    trigger_instrument_id: str | UnsetType = UNSET
    exec_algorithm_id: (
        Annotated[str, Meta(description='"TWAP" slices the order over time.')]
        | UnsetType
    ) = UNSET
    exec_algorithm_params: (
        Annotated[
            dict[str, Any],
            Meta(description='TWAP: {"horizon_secs": 60, "interval_secs": 5}.'),
        ]
        | UnsetType
    ) = UNSET
    tags: list[str] | UnsetType = UNSET
    client_order_id: (
        Annotated[
            str,
            Meta(
                description='The caller’s id of the order. The same id with the same arguments never makes a second order.',
                pattern='^[\\x21-\\x7e]{1,36}$',
            ),
        ]
        | UnsetType
    ) = UNSET


class Contingency(StrEnum):
    NONE = 'NONE'
    OTO = 'OTO'
    OCO = 'OCO'
    OUO = 'OUO'
    BRACKET = 'BRACKET'


class ModifyOrderParams(Message):
    client_order_id: Annotated[
        str, Meta(description='As submit_order and list_orders give it.', min_length=1)
    ]
    quantity: (
        Annotated[
            str,
            Meta(
                description='New total quantity, what is filled included.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    price: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trigger_price: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class CancelOrderParams(Message):
    client_order_id: Annotated[
        str, Meta(description='As submit_order and list_orders give it.', min_length=1)
    ]
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class CancelAllOrdersParams(Message):
    instrument_id: str | UnsetType = UNSET
    side: OrderSide | UnsetType = UNSET
    strategy_id: (
        Annotated[
            str,
            Meta(
                description='Only orders of this strategy; those of tools are "DESK-000".'
            ),
        ]
        | UnsetType
    ) = UNSET
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class ClosePositionParams(Message):
    position_id: str | UnsetType = UNSET
    instrument_id: (
        Annotated[str, Meta(description='Closes every position in it.')] | UnsetType
    ) = UNSET
    strategy_id: str | UnsetType = UNSET
    quantity: (
        Annotated[
            str,
            Meta(
                description='Only so much of it; all when left out.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    client_order_id: (
        Annotated[
            str,
            Meta(
                description='The caller’s id of the order. The same id with the same arguments never makes a second order.',
                pattern='^[\\x21-\\x7e]{1,36}$',
            ),
        ]
        | UnsetType
    ) = UNSET
    tags: list[str] | UnsetType = UNSET
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class PositionStatus(StrEnum):
    open = 'open'
    closed = 'closed'


class ListPositionsResult(Message):
    positions: Annotated[
        list[dict[str, Any]],
        Meta(
            description='Newest first, with NautilusTrader’s own field names, last_px and unrealized_pnl where there is a price.'
        ),
    ]
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    next: Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType = UNSET


class GetAccountParams(Message):
    venue: (
        Annotated[str, Meta(description='Only the account at this venue.')] | UnsetType
    ) = UNSET


type Leverage = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type EquityAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type UnrealizedPnlAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


type RealizedPnlAdditionalProperty = Annotated[
    str,
    Meta(
        description='Decimal number as a string, for example "1000000.25".',
        pattern='^-?\\d+(\\.\\d+)?$',
    ),
]


class AccountBalanceRow(Message):
    currency: str
    total: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    free: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    locked: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


class MarginRow(Message):
    currency: str
    instrument_id: str | None
    initial: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    maintenance: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


class MarketDataKind(StrEnum):
    quotes = 'quotes'
    trades = 'trades'
    bars = 'bars'
    book = 'book'


class SubscribeMarketDataResult(Message):
    instrument_id: str
    subscriptions: Annotated[
        list[str],
        Meta(description='What the node is subscribed to for this instrument now.'),
    ]


class LoadInstrumentsParams(Message):
    instruments: (
        Annotated[
            list[str | dict[str, Any]],
            Meta(
                description='Instruments of one’s own, of the catalog by id, or ids that a data client can load.'
            ),
        ]
        | UnsetType
    ) = field(default_factory=list)
    venue: (
        Annotated[str, Meta(description='Venue or data client to load from.')]
        | UnsetType
    ) = UNSET
    filters: (
        Annotated[
            dict[str, Any],
            Meta(description='What to load from it, in the adapter’s own words.'),
        ]
        | UnsetType
    ) = UNSET


class LoadInstrumentsResult(Message):
    loaded: list[str]
    updated: list[str]
    warnings: list[Warning]


class DeployStrategyParams(Message):
    source: Annotated[
        str,
        Meta(
            description='"path/to/file.py:Class" relative to the workspace, or "package.module:Class". NautilusTrader\'s own classes work too: "nautilus_trader.examples.strategies.ema_cross:EMACross".',
            min_length=1,
        ),
    ]
    config: (
        Annotated[
            dict[str, Any],
            Meta(
                description='Fields of its config class; a field that wants a table takes {"file": path}.'
            ),
        ]
        | UnsetType
    ) = field(default_factory=dict)
    config_path: (
        Annotated[
            str,
            Meta(
                description='Config class as "module:Class"; found from the class itself when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET
    replace: (
        Annotated[
            str,
            Meta(
                description='Id of a running strategy to stop and take the place of; its open orders are cancelled.'
            ),
        ]
        | UnsetType
    ) = UNSET
    by: str | UnsetType = UNSET


class StopStrategyParams(Message):
    strategy_id: str
    cancel_orders: bool | UnsetType = True
    flatten: (
        Annotated[bool, Meta(description='Close its positions as well.')] | UnsetType
    ) = False
    remove: (
        Annotated[bool, Meta(description='Forget it, so that its id is free again.')]
        | UnsetType
    ) = False
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class Role(StrEnum):
    query = 'query'
    run = 'run'
    node = 'node'


class Ready(Message):
    contract: Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]
    pid: Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]
    role: Role
    seconds: float


class Heartbeat(Message):
    rss_bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]


class Progress(Message):
    message: str
    done: Annotated[int, Meta(ge=0, le=9007199254740991)]
    total: Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType = UNSET
    simulated_time: str | UnsetType = UNSET
    events_per_second: float | UnsetType = UNSET
    seconds_left: (
        Annotated[float, Meta(description='At the pace so far.')] | UnsetType
    ) = UNSET


class Level(StrEnum):
    debug = 'debug'
    info = 'info'
    warning = 'warning'
    error = 'error'


class LogLine(Message):
    level: Level
    component: str
    message: str


class NodeTopic(StrEnum):
    state = 'state'
    order = 'order'
    fill = 'fill'
    position = 'position'
    account = 'account'
    strategy = 'strategy'
    market = 'market'
    log = 'log'


class ReturnDistribution(Message):
    venue: str
    currency: str
    period: ReturnPeriod
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]
    mean: float
    least: float
    quarter: Annotated[float, Meta(description='25th percentile.')]
    median: float
    three_quarters: Annotated[float, Meta(description='75th percentile.')]
    most: float
    outliers: Annotated[
        int,
        Meta(
            description='Further from the quartiles than 1.5 times their distance.',
            ge=0,
            le=9007199254740991,
        ),
    ]


class TradeGroup(Message):
    currency: str
    by: TradeGrouping
    key: Annotated[
        str,
        Meta(
            description='Id, "2024-03", "1 Monday" … or "09", of the entry in the time zone of the days.'
        ),
    ]
    trades: Annotated[int, Meta(ge=0, le=9007199254740991)]
    winners: Annotated[int, Meta(ge=0, le=9007199254740991)]
    net_pnl: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]


class BacktestRequest(Message):
    strategies: list[Importable]
    venues: list[BacktestVenue]
    data: list[DataItem]
    actors: list[Importable] | UnsetType = field(default_factory=list)
    exec_algorithms: list[Importable] | UnsetType = field(default_factory=list)
    instruments: list[str | dict[str, Any]] | UnsetType = field(default_factory=list)
    script: (
        Annotated[
            str,
            Meta(
                description="Instead of all the others: a Python script of one's own that runs BacktestEngine or BacktestNode; it runs unmodified, and each engine run in it is kept.",
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    args: (
        Annotated[list[str], Meta(description='Command line arguments of script.')]
        | UnsetType
    ) = field(default_factory=list)
    run_config: (
        Annotated[
            str,
            Meta(
                description='Instead of all the others: a file that BacktestRunConfig.json() wrote, or "file.py:NAME" or "module:NAME" of a BacktestRunConfig or a list of them; run by BacktestNode.',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    chunk_size: (
        Annotated[
            int,
            Meta(
                description='Stream the catalog in chunks of this many rows (api "node").',
                ge=1,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET
    engine: (
        Annotated[
            dict[str, Any],
            Meta(
                description='Fields of BacktestEngineConfig, for example {"risk_engine": {"bypass": true}}.'
            ),
        ]
        | UnsetType
    ) = UNSET
    api: (
        Annotated[
            Api,
            Meta(
                description='node: BacktestNode over the catalog. engine: BacktestEngine with loaders and wranglers.'
            ),
        ]
        | UnsetType
    ) = UNSET
    statistics: StatisticsOptions | UnsetType = UNSET
    benchmark: (
        Annotated[
            DataItem,
            Meta(
                description='What the run is measured against: a file or catalog item, or {"instrument_id"} alone for the run’s own data of it.'
            ),
        ]
        | UnsetType
    ) = UNSET


class StrategyRow(Message):
    source: Annotated[str, Meta(description='What run_backtest takes as source.')]
    kind: Kind
    name: str
    file: str
    line: Annotated[int, Meta(ge=1, le=9007199254740991)]
    config_fields: list[ConfigField]
    config_class: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class ListDataResult(Message):
    catalog: str
    exists: bool
    instruments: list[InstrumentRow]
    instruments_total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    data: list[CatalogData]
    total: Annotated[
        int, Meta(description='Series of data there are.', ge=0, le=9007199254740991)
    ]
    next: (
        Annotated[
            int,
            Meta(
                description='Value of `after` for the next page; absent on the last.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET


class FindInstrumentsResult(Message):
    instruments: list[FoundInstrument]
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    next: (
        Annotated[
            int,
            Meta(
                description='Value of `after` for the next page; absent on the last.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET


class CheckedSeries(Message):
    item: Annotated[
        int, Meta(description='Index of the item.', ge=0, le=9007199254740991)
    ]
    data_type: str
    instrument_id: str
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    findings: list[DataFinding]
    bar_type: str | UnsetType = UNSET
    start: str | UnsetType = UNSET
    end: str | UnsetType = UNSET
    detected: (
        Annotated[dict[str, Any], Meta(description='How a file is read.')] | UnsetType
    ) = UNSET


class ImportDataResult(Message):
    imported: list[ImportedRow]
    warnings: list[Warning]
    instruments: (
        Annotated[
            list[str],
            Meta(
                description='Ids of the instruments that came with the files (the first 50).'
            ),
        ]
        | UnsetType
    ) = UNSET


class KeepPricesParams(Message):
    workspace: str
    catalog: str
    run_directory: str
    request: Annotated[BacktestRequest, Meta(description='With every path absolute.')]
    instrument_id: str
    bar_type: (
        Annotated[
            str,
            Meta(
                description='Bars the strategy saw: their side and length are followed.'
            ),
        ]
        | UnsetType
    ) = UNSET


class ReadIndicatorsResult(Message):
    series: list[IndicatorSeries]


class SessionComparison(Message):
    orders_alike: Annotated[
        int,
        Meta(
            description='Orders that are alike before the first that is not.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    other_orders: Annotated[
        int,
        Meta(
            description='Orders of the session that a backtest of it does not make: of tools, restored.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    fills_compared: Annotated[
        int,
        Meta(
            description='Orders alike that are filled in both.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    slippage_bps: Annotated[
        SessionSlippage,
        Meta(
            description='Average price of the session against the backtest’s, in 1/10,000 of it; positive is worse.'
        ),
    ]
    latency_ms: Annotated[
        SessionLatencies,
        Meta(
            description='From an order’s submission to the venue’s first answer, by the engine’s times.'
        ),
    ]
    warnings: list[Warning]
    order: (
        Annotated[
            DivergingOrder,
            Meta(
                description='The first order that differs; absent when all are alike.'
            ),
        ]
        | UnsetType
    ) = UNSET


class AnalyzeRunParams(Message):
    run_directory: str
    periods_per_year: Annotated[int, Meta(ge=1, le=366)]
    timezone: str
    method: (
        Annotated[
            RiskMethod,
            Meta(
                description='historical (default): percentiles of what was seen; parametric: normal, mean zero.'
            ),
        ]
        | UnsetType
    ) = UNSET
    confidence: (
        Annotated[
            float,
            Meta(description='Of VaR and CVaR, 0.5 to 0.999; 0.95.', ge=0.5, le=0.999),
        ]
        | UnsetType
    ) = UNSET
    horizon_days: (
        Annotated[float, Meta(description='Of VaR and CVaR; 1.', ge=0.001, le=366.0)]
        | UnsetType
    ) = UNSET
    currency: str | UnsetType = UNSET
    venue: str | UnsetType = UNSET


class Exposure(Message):
    gross: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    net: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    gross_to_equity: float | None
    by_venue: Annotated[list[ExposureRow], Meta(description='The ten largest.')]
    by_currency: Annotated[
        list[ExposureRow],
        Meta(
            description='The ten largest, by what is held: the base currency of a pair, else the quote currency.'
        ),
    ]


class CheckStrategyParams(Message):
    workspace: str
    strategy: Importable
    check_config: Annotated[
        bool, Meta(description='False: only import the class and describe its config.')
    ]
    catalog: str | UnsetType = UNSET
    request: (
        Annotated[
            BacktestRequest,
            Meta(
                description='The run it is for, without it: what would go wrong in it is told too.'
            ),
        ]
        | UnsetType
    ) = UNSET


class CodeIdentity(Message):
    modules: list[CodeModule]
    git_commit: str | UnsetType = UNSET
    git_dirty: bool | UnsetType = UNSET


class ExportResult(Message):
    files: list[ExportedFile]
    warnings: list[Warning]


class ExportScriptParams(Message):
    workspace: str
    catalog: str
    run_id: str
    request: BacktestRequest
    modules: Annotated[
        dict[str, str], Meta(description='File of the code that ran → its SHA-256.')
    ]
    target: Annotated[str, Meta(description='Absolute path of the script.')]


class RunBacktestParams(Message):
    workspace: str
    catalog: str
    run_id: str
    run_directory: Annotated[
        str, Meta(description='Existing folder that receives frames and log.jsonl.')
    ]
    request: BacktestRequest


class AccountStatistics(Message):
    venue: str
    currency: str
    days: Annotated[
        int,
        Meta(
            description='Days with data, each with one return.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    first_day: Annotated[str, Meta(description='YYYY-MM-DD')]
    last_day: Annotated[str, Meta(description='YYYY-MM-DD')]
    net_pnl: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    values: dict[str, float | None]
    drawdowns: Annotated[list[Drawdown], Meta(description='Deepest first.')]


class TradeStatistics(Message):
    currency: str
    side: TradeSide
    net_pnl: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    gross_profit: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    gross_loss: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    values: dict[str, float | None]


class BenchmarkStatistics(Message):
    instrument_id: str
    engine: Annotated[
        dict[str, float | None],
        Meta(description='By the engine’s own statistics that take a benchmark.'),
    ]
    accounts: list[AccountAgainstBenchmark]


class Adapter(Message):
    name: str
    data: Annotated[bool, Meta(description='Whether it has market data.')]
    execution: Annotated[bool, Meta(description='Whether it takes orders.')]
    environments: Annotated[
        list[str],
        Meta(description='Values of its field environment, the real one first.'),
    ]
    test_environments: Annotated[
        list[str], Meta(description='Those of them where no real money is.')
    ]
    credentials: list[CredentialSet]
    package: (
        Annotated[AdapterPackage, Meta(description='What it needs besides the engine.')]
        | UnsetType
    ) = UNSET
    fields: list[AdapterField] | UnsetType = UNSET


class VenueCheck(Message):
    check: str
    status: CheckStatus
    found: str
    next_step: str | UnsetType = UNSET
    milliseconds: Annotated[int, Meta(ge=0, le=9007199254740991)] | UnsetType = UNSET


class ConnectVenueParams(Message):
    venue: Annotated[
        str,
        Meta(
            description='Name of the client in the node, for example "BINANCE".',
            max_length=40,
            min_length=1,
        ),
    ]
    data_client: (
        Annotated[
            NodeClient,
            Meta(description='To add market data: adapter or factory, and its config.'),
        ]
        | UnsetType
    ) = UNSET
    exec_client: (
        Annotated[
            NodeClient,
            Meta(description='To add execution: adapter or factory, and its config.'),
        ]
        | UnsetType
    ) = UNSET
    timeout_seconds: Annotated[float, Meta(ge=1.0, le=40.0)] | UnsetType = 30


class NodeDescription(Message):
    node: str
    trader_id: str
    kind: NodeKind
    state: NodeState
    reason: Annotated[str, Meta(description='Why it is in this state, where it is not simply running.')] | None
    synthetic: Annotated[
        bool,
        Meta(description='Prices are made up; nothing here says anything of a market.'),
    ]
    venues: list[VenueState]
    instruments: list[str]
    strategies: list[DeploymentState]
    counts: NodeCounts
    started_at: str
    warnings: list[Warning]


class ReplayFeed(Message, tag_field='kind', tag='replay'):
    catalog: (
        Annotated[str, Meta(description='Data catalog: name, path or fsspec URL.')]
        | UnsetType
    ) = UNSET
    data: (
        Annotated[
            list[ReplayItem],
            Meta(
                description='What to replay; everything the catalog has for the node’s instruments when left empty.'
            ),
        ]
        | UnsetType
    ) = field(default_factory=list)
    start: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    end: (
        Annotated[
            str,
            Meta(
                description='ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.',
                min_length=4,
            ),
        ]
        | UnsetType
    ) = UNSET
    speed: (
        Annotated[
            float,
            Meta(description='Times faster than it happened.', ge=0.001, le=1000000.0),
        ]
        | UnsetType
    ) = 1


class RiskLimits(Message):
    currency: (
        Annotated[str, Meta(description='Currency of the amounts.')] | UnsetType
    ) = UNSET
    max_notional_per_order: MaxNotionalPerOrder | None | UnsetType = UNSET
    max_notional_per_day: (
        Annotated[MaxNotionalPerDay, Meta(description='Of all orders of a UTC day.')]
        | None
        | UnsetType
    ) = UNSET
    max_position_notional: (
        Annotated[
            MaxPositionNotional,
            Meta(description='Of one instrument, working orders included.'),
        ]
        | None
        | UnsetType
    ) = UNSET
    max_order_rate: OrderRateLimit | None | UnsetType = UNSET
    price_band_percent: (
        Annotated[
            PriceBandPercent,
            Meta(description='How much worse than the market a price may be.'),
        ]
        | None
        | UnsetType
    ) = UNSET
    max_daily_loss: (
        Annotated[
            MaxDailyLoss,
            Meta(description='Realised and unrealised, since the UTC day began.'),
        ]
        | None
        | UnsetType
    ) = UNSET
    allowed_instruments: list[str] | None | UnsetType = UNSET


class StopNodeResult(Message):
    cancelled: Annotated[
        int,
        Meta(
            description='Orders that were open and are cancelled.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    closed: Annotated[
        int,
        Meta(
            description='Positions that were open and are closed.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    orders_left: Annotated[
        list[str], Meta(description='Orders that are still open at their venue.')
    ]
    positions_left: Annotated[
        list[str], Meta(description='Positions that are still open.')
    ]
    description: NodeDescription
    run_id: (
        Annotated[
            str,
            Meta(
                description='The run the session is kept as: get_run, compare_runs and export_run take it.'
            ),
        ]
        | UnsetType
    ) = UNSET


class RiskState(Message):
    state: TradingStateName
    since: str | None
    by: Annotated[str, Meta(description='Who halted it.')] | None
    reason: str | None
    limits: RiskLimits
    limits_from: Annotated[
        dict[str, LimitOrigin],
        Meta(
            description='Where each comes from: built in, the profile, the user’s config.json, set_risk_limits.'
        ),
    ]
    day_notional: Annotated[
        str,
        Meta(
            description='Of the orders that left today (UTC), in the currency of the limits.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    day_loss: Annotated[DayLoss, Meta(description='Today’s loss, negative for a profit; null where a rate is missing.')] | None
    orders_passed: Annotated[
        int, Meta(description='Since the node started.', ge=0, le=9007199254740991)
    ]
    orders_refused: Annotated[int, Meta(ge=0, le=9007199254740991)]
    orders_unchecked: Annotated[
        int,
        Meta(
            description='Passed although their amount is not known.',
            ge=0,
            le=9007199254740991,
        ),
    ]
    audit_entries: Annotated[int, Meta(ge=0, le=9007199254740991)]
    audit_head: Annotated[
        str, Meta(description='Hash of the last line of the audit log.')
    ]
    audit_problem: Annotated[str, Meta(description='Where the chain of the audit log was found broken.')] | None


class LooserParams(Message):
    limits: RiskLimits


class SetRiskLimitsParams(Message):
    limits: RiskLimits
    by: str


class PositionSizeParams(Message):
    instrument_id: Annotated[
        str, Meta(description='Instrument id, for example "EUR/USD.SIM".', min_length=1)
    ]
    side: Annotated[SizingSide, Meta(description='BUY when left out.')] | UnsetType = (
        UNSET
    )
    method: (
        Annotated[
            SizingMethod,
            Meta(
                description='fixed_fractional (default, with a stop), volatility_target or kelly.'
            ),
        ]
        | UnsetType
    ) = UNSET
    entry_price: (
        Annotated[
            str,
            Meta(
                description='The market’s when left out.', pattern='^-?\\d+(\\.\\d+)?$'
            ),
        ]
        | UnsetType
    ) = UNSET
    stop_price: (
        Annotated[
            str,
            Meta(
                description='Where the position would be closed at a loss.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    risk_percent: (
        Annotated[
            str,
            Meta(
                description='fixed_fractional: of equity lost at the stop; 1.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    target_volatility_percent: (
        Annotated[
            str,
            Meta(
                description='volatility_target: a year, of equity; 10.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    volatility_percent: (
        Annotated[
            str,
            Meta(
                description='volatility_target: a year, of the instrument; from the prices the node has seen when left out.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    win_rate: (
        Annotated[
            float, Meta(description='kelly: share of trades that win.', gt=0.0, lt=1.0)
        ]
        | UnsetType
    ) = UNSET
    payoff_ratio: (
        Annotated[
            float, Meta(description='kelly: average win over average loss.', gt=0.0)
        ]
        | UnsetType
    ) = UNSET
    kelly_fraction: (
        Annotated[
            float, Meta(description='kelly: part of the full bet; 0.5.', gt=0.0, le=1.0)
        ]
        | UnsetType
    ) = UNSET
    max_percent: (
        Annotated[
            str,
            Meta(
                description='Cap. kelly: of equity staked, 20. volatility_target: of equity as notional, none. fixed_fractional: none.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    equity: (
        Annotated[
            str,
            Meta(
                description='In the account’s currency; the account’s own when left out.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET


class HaltTradingParams(Message):
    state: HaltState
    flatten: bool
    by: str
    reason: str
    timeout_seconds: Annotated[float, Meta(gt=0.0)]


class SubmitOrderParams(Message):
    instrument_id: Annotated[
        str, Meta(description='Instrument id, for example "EUR/USD.SIM".', min_length=1)
    ]
    side: OrderSide
    type: OrderType
    quantity: Annotated[
        str,
        Meta(
            description='In units of the instrument; of the quote currency with quote_quantity.',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    price: (
        Annotated[str, Meta(description='Limit price.', pattern='^-?\\d+(\\.\\d+)?$')]
        | UnsetType
    ) = UNSET
    trigger_price: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trigger_type: TriggerType | UnsetType = UNSET
    limit_offset: (
        Annotated[
            str,
            Meta(
                description='TRAILING_STOP_LIMIT: distance of the limit from the trigger.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trailing_offset: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    trailing_offset_type: TrailingOffsetType | UnsetType = UNSET
    activation_price: (
        Annotated[
            str,
            Meta(
                description='Trailing stops: price at which trailing begins.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    time_in_force: (
        Annotated[TimeInForce, Meta(description='GTC when left out.')] | UnsetType
    ) = UNSET
    expire_time: (
        Annotated[str, Meta(description='With time_in_force GTD.', min_length=4)]
        | UnsetType
    ) = UNSET
    post_only: bool | UnsetType = UNSET
    reduce_only: bool | UnsetType = UNSET
    quote_quantity: bool | UnsetType = UNSET
    display_quantity: (
        Annotated[
            str,
            Meta(
                description='Iceberg: what the book shows.',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    emulation_trigger: (
        Annotated[
            TriggerType,
            Meta(description='Holds the order in the node until triggered.'),
        ]
        | UnsetType
    ) = UNSET
    trigger_instrument_id: str | UnsetType = UNSET
    exec_algorithm_id: (
        Annotated[str, Meta(description='"TWAP" slices the order over time.')]
        | UnsetType
    ) = UNSET
    exec_algorithm_params: (
        Annotated[
            dict[str, Any],
            Meta(description='TWAP: {"horizon_secs": 60, "interval_secs": 5}.'),
        ]
        | UnsetType
    ) = UNSET
    tags: list[str] | UnsetType = UNSET
    client_order_id: (
        Annotated[
            str,
            Meta(
                description='The caller’s id of the order. The same id with the same arguments never makes a second order.',
                pattern='^[\\x21-\\x7e]{1,36}$',
            ),
        ]
        | UnsetType
    ) = UNSET
    client_id: (
        Annotated[
            str,
            Meta(
                description='Execution client; by the instrument’s venue when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET
    position_id: (
        Annotated[str, Meta(description='Position to act on, for venues with HEDGING.')]
        | UnsetType
    ) = UNSET
    params: (
        Annotated[
            dict[str, Any],
            Meta(description='Further parameters for the venue’s adapter.'),
        ]
        | UnsetType
    ) = UNSET
    wait_for: (
        Annotated[
            WaitFor,
            Meta(
                description='Answer when it has left the node, when the venue has answered (default), or when it is done.'
            ),
        ]
        | UnsetType
    ) = UNSET
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class OrderAnswer(Message):
    client_order_id: str
    status: str
    filled_qty: Annotated[
        str,
        Meta(
            description='Decimal number as a string, for example "1000000.25".',
            pattern='^-?\\d+(\\.\\d+)?$',
        ),
    ]
    events: Annotated[list[OrderEventRow], Meta(description='The last twenty.')]
    venue_order_id: str | UnsetType = UNSET
    avg_px: (
        Annotated[
            str,
            Meta(
                description='Decimal number as a string, for example "1000000.25".',
                pattern='^-?\\d+(\\.\\d+)?$',
            ),
        ]
        | UnsetType
    ) = UNSET
    reason: (
        Annotated[str, Meta(description='Why it was denied, rejected or not changed.')]
        | UnsetType
    ) = UNSET
    repeated: (
        Annotated[
            bool,
            Meta(description='The order was there already; no second one was made.'),
        ]
        | UnsetType
    ) = UNSET
    waiting: (
        Annotated[
            bool,
            Meta(
                description='What was waited for had not happened when the time was up.'
            ),
        ]
        | UnsetType
    ) = UNSET


class ListOrdersParams(Message):
    status: (
        Annotated[
            OrderStatusFilter,
            Meta(
                description='working: open at a venue or emulated; inflight: not yet acknowledged; done: filled, cancelled, expired; failed: denied, rejected.'
            ),
        ]
        | UnsetType
    ) = UNSET
    instrument_id: str | UnsetType = UNSET
    strategy_id: str | UnsetType = UNSET
    client_order_id: str | UnsetType = UNSET
    after: (
        Annotated[int, Meta(description='Skip this many.', ge=0, le=9007199254740991)]
        | UnsetType
    ) = 0
    limit: Annotated[int, Meta(ge=1, le=500)] | UnsetType = 50


class BookRow(Message):
    bids: list[BookLevel]
    asks: list[BookLevel]
    ts_event: str


class SubmitOrderListParams(Message):
    orders: Annotated[
        list[OrderSpec],
        Meta(description='All of one instrument.', max_length=20, min_length=1),
    ]
    contingency: (
        Annotated[
            Contingency,
            Meta(
                description='OTO: the first order, once filled, releases the others. OCO: one done cancels the others. OUO: one filled reduces the others. BRACKET: the first is the entry, the others (take profit, stop loss) are released by it and are OUO to each other. NONE: sent together, otherwise independent.'
            ),
        ]
        | UnsetType
    ) = UNSET
    client_id: (
        Annotated[
            str,
            Meta(
                description='Execution client; by the instrument’s venue when left out.'
            ),
        ]
        | UnsetType
    ) = UNSET
    position_id: (
        Annotated[str, Meta(description='Position to act on, for venues with HEDGING.')]
        | UnsetType
    ) = UNSET
    params: (
        Annotated[
            dict[str, Any],
            Meta(description='Further parameters for the venue’s adapter.'),
        ]
        | UnsetType
    ) = UNSET
    wait_for: (
        Annotated[
            WaitFor,
            Meta(
                description='Answer when it has left the node, when the venue has answered (default), or when it is done.'
            ),
        ]
        | UnsetType
    ) = UNSET
    timeout_seconds: (
        Annotated[
            float,
            Meta(
                description='How long to wait; the answer then says how far the order has come.',
                ge=0.0,
                le=40.0,
            ),
        ]
        | UnsetType
    ) = 5
    by: str | UnsetType = UNSET


class SubmitOrderListResult(Message):
    order_list_id: str
    orders: list[OrderAnswer]
    repeated: bool | UnsetType = UNSET


class CancelAllOrdersResult(Message):
    cancelled: Annotated[
        list[str], Meta(description='Orders that were open and are cancelled.')
    ]
    left: Annotated[
        list[OrderAnswer], Meta(description='Orders that are still open, with why.')
    ]


class ClosePositionResult(Message):
    orders: list[OrderAnswer]
    closed: Annotated[list[str], Meta(description='Positions that are closed now.')]
    left: Annotated[
        list[dict[str, Any]],
        Meta(description='Positions of those meant that are still open.'),
    ]
    repeated: bool | UnsetType = UNSET


class ListPositionsParams(Message):
    status: (
        Annotated[PositionStatus, Meta(description='Both when left out.')] | UnsetType
    ) = UNSET
    instrument_id: str | UnsetType = UNSET
    strategy_id: str | UnsetType = UNSET
    after: (
        Annotated[int, Meta(description='Skip this many.', ge=0, le=9007199254740991)]
        | UnsetType
    ) = 0
    limit: Annotated[int, Meta(ge=1, le=500)] | UnsetType = 50


class AccountRow(Message):
    account_id: str
    venue: str
    account_type: str
    base_currency: str | None
    balances: list[AccountBalanceRow]
    margins: list[MarginRow]
    leverage: Leverage | None
    equity: Annotated[dict[str, EquityAdditionalProperty], Meta(description='Balance and open profit by currency; null while a position has no price.')] | None
    unrealized_pnl: dict[str, UnrealizedPnlAdditionalProperty] | None
    realized_pnl: dict[str, RealizedPnlAdditionalProperty]
    commissions: dict[str, CommissionsAdditionalProperty]
    reported_at: str


class SubscribeMarketDataParams(Message):
    instrument_id: Annotated[
        str, Meta(description='Instrument id, for example "EUR/USD.SIM".', min_length=1)
    ]
    kinds: (
        Annotated[
            list[MarketDataKind],
            Meta(description='quotes when left out.', min_length=1),
        ]
        | UnsetType
    ) = UNSET
    bar_type: (
        Annotated[
            str,
            Meta(
                description='With bars, for example "EUR/USD.SIM-1-MINUTE-MID-INTERNAL".'
            ),
        ]
        | UnsetType
    ) = UNSET
    depth: Annotated[int, Meta(description='With book.', ge=1, le=100)] | UnsetType = (
        UNSET
    )
    client_id: (
        Annotated[
            str,
            Meta(description='Data client; by the instrument’s venue when left out.'),
        ]
        | UnsetType
    ) = UNSET


class LogLines(Message):
    lines: list[LogLine]


class NodeEvent(Message):
    seq: Annotated[int, Meta(ge=0, le=9007199254740991)]
    topic: NodeTopic
    key: Annotated[
        str,
        Meta(
            description='What the event is of: a client order id, trade id, position id, account id, instrument id.'
        ),
    ]
    data: dict[str, Any]


class RunTables(Message):
    monthly: list[MonthlyReturns]
    rolling: Annotated[
        list[RollingStatistics], Meta(description='At most 1000 days an account.')
    ]
    distribution: list[ReturnDistribution]
    histogram: Annotated[list[ReturnBin], Meta(description='Of daily returns.')]
    groups: list[TradeGroup] | UnsetType = field(default_factory=list)


class SessionFile(Message):
    request: BacktestRequest
    strategies: Annotated[
        list[str],
        Meta(description='Ids of the strategies whose orders are comparable.'),
    ]
    begin: Annotated[str, Meta(description='When they were started, in nanoseconds.')]
    end: Annotated[
        str,
        Meta(description='When they had ended, or the node stopped, in nanoseconds.'),
    ]
    warnings: list[Warning]


class ListStrategiesResult(Message):
    strategies: list[StrategyRow]
    unreadable: list[UnreadableFile]


class CheckDataResult(Message):
    ok: Annotated[
        bool, Meta(description='Whether nothing of severity error was found.')
    ]
    series: list[CheckedSeries]


class PortfolioAnalysis(Message):
    as_of: str
    currency: str
    equity: Equity | None
    exposure: Exposure | None
    holdings: Annotated[
        list[HoldingRow], Meta(description='The ten largest, or that moved most.')
    ]
    holdings_total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    unrealized_pnl: UnrealizedPnl | None
    realized_pnl: RealizedPnl | None
    today_pnl: Annotated[TodayPnl, Meta(description='Realised and unrealised since the UTC day began; of a run, its last day.')] | None
    moved_since: str | None
    risk: RiskMeasures
    concentration: Concentration
    missing: Annotated[list[Missing], Meta(description='What is null, and why.')]
    synthetic: Annotated[bool, Meta(description='Prices are made up.')] | UnsetType = (
        UNSET
    )


class CheckStrategyResult(Message):
    source: str
    class_name: str
    config_class: str
    config_schema: Annotated[
        dict[str, Any], Meta(description='JSON Schema of the config class.')
    ]
    code: CodeIdentity
    problems: Annotated[
        list[Problem],
        Meta(
            description='Mistakes found without running it; a run with those of its data and venues is refused.'
        ),
    ]
    warnings: list[Warning]


class FurtherStatistics(Message):
    periods_per_year: Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]
    timezone: str
    time_in_market: Annotated[float, Meta(description='Share of the run in which a position was open.')] | None
    engine: Annotated[
        dict[str, float | None],
        Meta(
            description='Of the engine’s returns, by the statistics it does not register itself.'
        ),
    ]
    accounts: list[AccountStatistics]
    trades: list[TradeStatistics]
    turnover: (
        Annotated[
            dict[str, TurnoverAdditionalProperty],
            Meta(description='Currency → value of all that was bought and sold.'),
        ]
        | UnsetType
    ) = UNSET
    benchmark: BenchmarkStatistics | UnsetType = UNSET


class ListAdaptersResult(Message):
    adapters: list[Adapter]


class ProbeVenueResult(Message):
    rows: list[VenueCheck]


class NodeProfile(Message):
    base: (
        Annotated[
            Base,
            Meta(
                description='Built-in profile whose settings hold where this one says nothing.'
            ),
        ]
        | UnsetType
    ) = UNSET
    trader_id: (
        Annotated[
            str, Meta(description='NAME-TAG; made from the node’s name when left out.')
        ]
        | UnsetType
    ) = UNSET
    venues: (
        Annotated[
            list[SimulatedVenue], Meta(description='Venues with simulated fills.')
        ]
        | UnsetType
    ) = UNSET
    instruments: (
        Annotated[
            list[str | dict[str, Any]],
            Meta(description='Instruments the node knows from its start.'),
        ]
        | UnsetType
    ) = UNSET
    feed: SyntheticFeed | ReplayFeed | UnsetType = UNSET
    data_clients: (
        Annotated[dict[str, NodeClient], Meta(description='By client id.')] | UnsetType
    ) = UNSET
    exec_clients: (
        Annotated[dict[str, NodeClient], Meta(description='By client id.')] | UnsetType
    ) = UNSET
    practice_venue: (
        Annotated[
            bool,
            Meta(
                description='Clients of the adapter binance speak with the practice venue of this workspace.'
            ),
        ]
        | UnsetType
    ) = UNSET
    strategies: (
        Annotated[
            list[Importable], Meta(description='Deployed when the node has started.')
        ]
        | UnsetType
    ) = UNSET
    risk: (
        Annotated[
            dict[str, Any],
            Meta(description='Risk limits, as set_risk_limits takes them.'),
        ]
        | UnsetType
    ) = UNSET
    engine: (
        Annotated[
            dict[str, Any],
            Meta(
                description='Further fields of NautilusTrader’s TradingNodeConfig: cache, message_bus, data_engine, exec_engine, timeout_….'
            ),
        ]
        | UnsetType
    ) = UNSET
    autostart: (
        Annotated[bool, Meta(description='Started with the server.')] | UnsetType
    ) = UNSET
    stale_seconds: (
        Annotated[
            float,
            Meta(
                description='A venue whose quotes or trades are followed and that sends none for so long makes the node degraded; 120 when left out. Give more for markets that close.',
                ge=1.0,
                le=86400.0,
            ),
        ]
        | UnsetType
    ) = UNSET
    record_mb: (
        Annotated[
            float,
            Meta(
                description='Market data recorded of a session at most, in MB, for its backtest; 256 when left out, 0 none.',
                ge=0.0,
                le=1000000.0,
            ),
        ]
        | UnsetType
    ) = UNSET
    on_server_loss: (
        Annotated[
            OnServerLoss,
            Meta(
                description='When the server dies: halt, cancel open orders and stop (default), or close positions as well.'
            ),
        ]
        | UnsetType
    ) = UNSET


class GetMarketDataResult(Message):
    instrument_id: str
    quote: QuoteRow | None
    trade: TradeRow | None
    bars: Annotated[dict[str, BarRow], Meta(description='Latest bar by bar type.')]
    book: BookRow | None
    age_seconds: Annotated[float, Meta(description='Since the last of them; null when there is none.')] | None
    subscriptions: list[str]
    synthetic: Annotated[bool, Meta(description='Prices are made up.')] | UnsetType = (
        UNSET
    )
    quotes: Annotated[list[QuoteRow], Meta(description='Oldest first.')] | UnsetType = (
        UNSET
    )
    trades: list[TradeRow] | UnsetType = UNSET
    bar_history: list[BarRow] | UnsetType = UNSET


class GetAccountResult(Message):
    accounts: list[AccountRow]
    synthetic: bool | UnsetType = UNSET


class NodeEvents(Message):
    events: list[NodeEvent]


class Statistics(Message):
    pnl: Annotated[
        dict[str, dict[str, float | None]],
        Meta(description='Currency → statistic → value.'),
    ]
    returns: dict[str, float | None]
    general: dict[str, float | None]
    further: FurtherStatistics | UnsetType = UNSET


class MoreRun(Message):
    directory: Annotated[
        str,
        Meta(
            description='Folder of its frames and log.jsonl, inside that of the first run.'
        ),
    ]
    api: Annotated[
        Api,
        Meta(
            description='node: BacktestNode over the catalog. engine: BacktestEngine with loaders and wranglers.'
        ),
    ]
    counts: RunCounts
    balances: list[Balance]
    statistics: Statistics
    commissions: Annotated[
        dict[str, CommissionsAdditionalProperty],
        Meta(description='Currency → commissions paid.'),
    ]
    engine_seconds: Annotated[
        float,
        Meta(description='Wall time inside the engine, without loading and saving.'),
    ]
    warnings: list[Warning]
    code: CodeIdentity
    versions: dict[str, str]
    backtest_start: str | UnsetType = UNSET
    backtest_end: str | UnsetType = UNSET


class StartNodeParams(Message):
    node: str
    kind: NodeKind
    workspace: str
    directory: Annotated[
        str, Meta(description='The node’s folder: audit, journal, log.')
    ]
    run_directory: Annotated[
        str,
        Meta(
            description='Where its orders, fills, positions and equity are kept as a run.'
        ),
    ]
    catalog: str
    profile: NodeProfile
    user_limits: (
        Annotated[RiskLimits, Meta(description='The user’s own: nothing is looser.')]
        | UnsetType
    ) = UNSET


class RunBacktestResult(Message):
    api: Annotated[
        Api,
        Meta(
            description='node: BacktestNode over the catalog. engine: BacktestEngine with loaders and wranglers.'
        ),
    ]
    counts: RunCounts
    balances: list[Balance]
    statistics: Statistics
    commissions: Annotated[
        dict[str, CommissionsAdditionalProperty],
        Meta(description='Currency → commissions paid.'),
    ]
    engine_seconds: Annotated[
        float,
        Meta(description='Wall time inside the engine, without loading and saving.'),
    ]
    warnings: list[Warning]
    code: CodeIdentity
    versions: dict[str, str]
    backtest_start: str | UnsetType = UNSET
    backtest_end: str | UnsetType = UNSET
    more_runs: list[MoreRun] | UnsetType = field(default_factory=list)


class Model(Message):
    error: ErrorObject
    tables: RunTables
    session: SessionFile
    environment_params: EnvironmentParams
    environment_result: EnvironmentResult
    list_strategies_params: ListStrategiesParams
    list_strategies_result: ListStrategiesResult
    list_data_params: ListDataParams
    list_data_result: ListDataResult
    query_data_params: QueryDataParams
    query_data_result: QueryDataResult
    get_instrument_params: GetInstrumentParams
    get_instrument_result: GetInstrumentResult
    find_instruments_params: FindInstrumentsParams
    find_instruments_result: FindInstrumentsResult
    check_data_params: CheckDataParams
    check_data_result: CheckDataResult
    import_data_params: ImportDataParams
    import_data_result: ImportDataResult
    read_frame_params: ReadFrameParams
    read_frame_result: ReadFrameResult
    keep_prices_params: KeepPricesParams
    keep_prices_result: KeepPricesResult
    read_prices_params: ReadPricesParams
    read_prices_result: ReadPricesResult
    read_indicators_params: ReadIndicatorsParams
    read_indicators_result: ReadIndicatorsResult
    compare_session_params: CompareSessionParams
    compare_session_result: SessionComparison
    analyze_run_params: AnalyzeRunParams
    analyze_run_result: PortfolioAnalysis
    check_strategy_params: CheckStrategyParams
    check_strategy_result: CheckStrategyResult
    export_run_params: ExportRunParams
    export_run_result: ExportResult
    export_script_params: ExportScriptParams
    export_script_result: ExportResult
    run_backtest_params: RunBacktestParams
    run_backtest_result: RunBacktestResult
    list_adapters_params: ListAdaptersParams
    list_adapters_result: ListAdaptersResult
    probe_venue_params: ProbeVenueParams
    probe_venue_result: ProbeVenueResult
    take_credentials_params: TakeCredentialsParams
    take_credentials_result: TakeCredentialsResult
    connect_venue_params: ConnectVenueParams
    connect_venue_result: NodeDescription
    disconnect_venue_params: DisconnectVenueParams
    disconnect_venue_result: NodeDescription
    start_node_params: StartNodeParams
    start_node_result: NodeDescription
    describe_node_params: DescribeNodeParams
    describe_node_result: NodeDescription
    stop_node_params: StopNodeParams
    stop_node_result: StopNodeResult
    get_risk_params: GetRiskParams
    get_risk_result: RiskState
    looser_limits_params: LooserParams
    looser_limits_result: LooserResult
    set_risk_limits_params: SetRiskLimitsParams
    set_risk_limits_result: RiskState
    analyze_portfolio_params: AnalyzePortfolioParams
    analyze_portfolio_result: PortfolioAnalysis
    position_size_params: PositionSizeParams
    position_size_result: PositionSizeResult
    halt_trading_params: HaltTradingParams
    halt_trading_result: HaltTradingResult
    resume_trading_params: ResumeTradingParams
    resume_trading_result: RiskState
    keep_session_params: DescribeNodeParams
    keep_session_result: MoreRun
    submit_order_params: SubmitOrderParams
    submit_order_result: OrderAnswer
    list_orders_params: ListOrdersParams
    list_orders_result: ListOrdersResult
    get_market_data_params: GetMarketDataParams
    get_market_data_result: GetMarketDataResult
    submit_order_list_params: SubmitOrderListParams
    submit_order_list_result: SubmitOrderListResult
    modify_order_params: ModifyOrderParams
    modify_order_result: OrderAnswer
    cancel_order_params: CancelOrderParams
    cancel_order_result: OrderAnswer
    cancel_all_orders_params: CancelAllOrdersParams
    cancel_all_orders_result: CancelAllOrdersResult
    close_position_params: ClosePositionParams
    close_position_result: ClosePositionResult
    list_positions_params: ListPositionsParams
    list_positions_result: ListPositionsResult
    get_account_params: GetAccountParams
    get_account_result: GetAccountResult
    subscribe_market_data_params: SubscribeMarketDataParams
    subscribe_market_data_result: SubscribeMarketDataResult
    unsubscribe_market_data_params: SubscribeMarketDataParams
    unsubscribe_market_data_result: SubscribeMarketDataResult
    load_instruments_params: LoadInstrumentsParams
    load_instruments_result: LoadInstrumentsResult
    deploy_strategy_params: DeployStrategyParams
    deploy_strategy_result: DeploymentState
    stop_strategy_params: StopStrategyParams
    stop_strategy_result: DeploymentState
    ready: Ready
    heartbeat: Heartbeat
    progress: Progress
    log: LogLines
    node_events: NodeEvents
