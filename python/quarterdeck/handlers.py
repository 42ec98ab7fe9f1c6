"""The methods of the contract. What is slow to import is imported when first called."""

from quarterdeck import discovery, environment
from quarterdeck.context import Context
from quarterdeck.memory import look_less_for_cycles
from quarterdeck.message import given
from quarterdeck.methods import method
from quarterdeck.protocol import (
    AnalyzeRunParams,
    CheckDataParams,
    CheckDataResult,
    CheckStrategyParams,
    CheckStrategyResult,
    CompareSessionParams,
    EnvironmentParams,
    EnvironmentResult,
    ExportResult,
    ExportRunParams,
    ExportScriptParams,
    FindInstrumentsParams,
    FindInstrumentsResult,
    GetInstrumentParams,
    GetInstrumentResult,
    ImportDataParams,
    ImportDataResult,
    KeepPricesParams,
    KeepPricesResult,
    ListAdaptersParams,
    ListAdaptersResult,
    ListDataParams,
    ListDataResult,
    ListStrategiesParams,
    ListStrategiesResult,
    PortfolioAnalysis,
    QueryDataParams,
    QueryDataResult,
    ReadFrameParams,
    ReadFrameResult,
    ReadIndicatorsParams,
    ReadIndicatorsResult,
    ReadPricesParams,
    ReadPricesResult,
    RunBacktestParams,
    RunBacktestResult,
    SessionComparison,
)


@method("environment")
def describe_environment(params: EnvironmentParams, context: Context) -> EnvironmentResult:
    """Say which Python and packages this is."""
    return environment.describe()


@method("list_strategies")
def list_strategies(params: ListStrategiesParams, context: Context) -> ListStrategiesResult:
    """Find strategies by reading source."""
    return discovery.list_strategies(params, context)


@method("read_frame")
def read_frame(params: ReadFrameParams, context: Context) -> ReadFrameResult:
    """Read a page of a run's frame."""
    from quarterdeck import frames

    return frames.read_frame(params)


@method("compare_session")
def compare_session(params: CompareSessionParams, context: Context) -> SessionComparison:
    """Compare a session of a node with a backtest of it."""
    from quarterdeck import sessions

    return sessions.compare(params)


@method("keep_prices")
def keep_prices(params: KeepPricesParams, context: Context) -> KeepPricesResult:
    """Keep the prices of a run for its charts."""
    from quarterdeck.nautilus import prices

    return prices.keep_prices(params, context)


@method("read_prices")
def read_prices(params: ReadPricesParams, context: Context) -> ReadPricesResult:
    """Read a window of the prices kept."""
    from quarterdeck import pricewindow

    return pricewindow.read_prices(params)


@method("read_indicators")
def read_indicators(params: ReadIndicatorsParams, context: Context) -> ReadIndicatorsResult:
    """Read a window of the values of a run's indicators."""
    from quarterdeck import indicatorseries

    return indicatorseries.read_indicators(params)


@method("export_run")
def export_run(params: ExportRunParams, context: Context) -> ExportResult:
    """Write a kept run as files."""
    from quarterdeck import exports

    return exports.export_run(params)


@method("export_script")
def export_script(params: ExportScriptParams, context: Context) -> ExportResult:
    """Write a kept run as a script."""
    from quarterdeck.nautilus import script

    return script.export_script(params)


@method("list_adapters")
def list_adapters(params: ListAdaptersParams, context: Context) -> ListAdaptersResult:
    """List the adapters of the installed engine, or show one."""
    from quarterdeck import adapters

    return ListAdaptersResult(adapters=adapters.list_adapters(given(params.adapter)))


@method("list_data")
def list_data(params: ListDataParams, context: Context) -> ListDataResult:
    """List what a catalog holds."""
    from quarterdeck.nautilus import catalog

    return catalog.list_data(params)


@method("query_data")
def query_data(params: QueryDataParams, context: Context) -> QueryDataResult:
    """Read a page of a series, or a down-sampled view of it."""
    from quarterdeck.nautilus import querying

    return querying.query_data(params)


@method("get_instrument")
def get_instrument(params: GetInstrumentParams, context: Context) -> GetInstrumentResult:
    """Show an instrument of a catalog."""
    from quarterdeck.nautilus import finding

    return finding.get_instrument(params)


@method("find_instruments")
def find_instruments(params: FindInstrumentsParams, context: Context) -> FindInstrumentsResult:
    """Search the instruments of a catalog."""
    from quarterdeck.nautilus import finding

    return finding.find_instruments(params)


@method("check_data")
def check_data(params: CheckDataParams, context: Context) -> CheckDataResult:
    """Look for what is wrong with data."""
    from quarterdeck.nautilus import datachecks

    return datachecks.check_data(params, context)


@method("import_data")
def import_data(params: ImportDataParams, context: Context) -> ImportDataResult:
    """Bring files into a catalog."""
    from quarterdeck.nautilus import importing

    return importing.import_data(params, context)


@method("check_strategy")
def check_strategy(params: CheckStrategyParams, context: Context) -> CheckStrategyResult:
    """Import a strategy, parse its config and describe it."""
    from quarterdeck.nautilus import checking

    return checking.check_strategy(params, context)


@method("run_backtest")
def run_backtest(params: RunBacktestParams, context: Context) -> RunBacktestResult:
    """Run one backtest."""
    from quarterdeck.nautilus import backtest, ownruns

    return ownruns.run_own(params, context) or backtest.run_backtest(params, context)


def preload() -> None:
    """Import what a run needs, so that the run itself does not wait for it."""
    from quarterdeck.nautilus import debuglines

    debuglines.import_engine()
    from quarterdeck.nautilus import backtest, checking, importing, ownruns  # noqa: F401
    from quarterdeck.nautilus.rehearsal import rehearse

    rehearse()
    look_less_for_cycles()


@method("analyze_run")
def analyze_run(params: AnalyzeRunParams, context: Context) -> PortfolioAnalysis:
    """Say what a finished run came to and what its days say of its risk."""
    from quarterdeck import runportfolio

    return runportfolio.analyze_run(params)
