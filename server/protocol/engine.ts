import * as z from 'zod';
import { MoreRun, RunBacktestParams, RunBacktestResult } from './backtest.ts';
import { ImportDataParams, ImportDataResult, ListDataParams, ListDataResult } from './data.ts';
import {
  CheckDataParams,
  CheckDataResult,
  FindInstrumentsParams,
  FindInstrumentsResult,
  GetInstrumentParams,
  GetInstrumentResult,
  QueryDataParams,
  QueryDataResult,
} from './dataQueries.ts';
import { ErrorObject } from './errors.ts';
import { ExportResult, ExportRunParams, ExportScriptParams } from './exports.ts';
import { ReadIndicatorsParams, ReadIndicatorsResult } from './indicators.ts';
import {
  DeploymentState,
  DescribeNodeParams,
  NodeDescription,
  NodeEvents,
  StartNodeParams,
  StopNodeParams,
  StopNodeResult,
} from './node.ts';
import {
  AnalyzePortfolioParams,
  AnalyzeRunParams,
  PortfolioAnalysis,
  PositionSizeParams,
  PositionSizeResult,
} from './portfolio.ts';
import { KeepPricesParams, KeepPricesResult, ReadPricesParams, ReadPricesResult } from './prices.ts';
import {
  GetRiskParams,
  HaltTradingParams,
  HaltTradingResult,
  LooserParams,
  LooserResult,
  ResumeTradingParams,
  RiskState,
  SetRiskLimitsParams,
} from './risk.ts';
import { CompareSessionParams, SessionComparison, SessionFile } from './session.ts';
import { RunTables } from './statistics.ts';
import {
  CheckStrategyParams,
  CheckStrategyResult,
  ListStrategiesParams,
  ListStrategiesResult,
} from './strategies.ts';
import {
  CancelAllOrdersParams,
  CancelAllOrdersResult,
  CancelOrderParams,
  ClosePositionParams,
  ClosePositionResult,
  DeployStrategyParams,
  GetAccountParams,
  GetAccountResult,
  GetMarketDataParams,
  GetMarketDataResult,
  ListOrdersParams,
  ListOrdersResult,
  ListPositionsParams,
  ListPositionsResult,
  LoadInstrumentsParams,
  LoadInstrumentsResult,
  ModifyOrderParams,
  OrderAnswer,
  StopStrategyParams,
  SubmitOrderListParams,
  SubmitOrderListResult,
  SubmitOrderParams,
  SubscribeMarketDataParams,
  SubscribeMarketDataResult,
} from './trading.ts';
import { Count, Json } from './values.ts';
import { venueMethods } from './venues.ts';

/** Raised when a method, notification or shape below changes; compared when a worker starts. */
export const contractVersion = 2;

export const EnvironmentParams = z.strictObject({}).meta({ id: 'EnvironmentParams' });
export const EnvironmentResult = z
  .strictObject({
    python: z.string(),
    executable: z.string(),
    platform: z.string(),
    nautilus_trader: z.string(),
    packages: z.record(z.string(), z.string()),
  })
  .meta({ id: 'EnvironmentResult' });

/** The frames a run keeps as Parquet beside its run.json. */
export const frames = ['orders', 'fills', 'positions', 'trades', 'account', 'equity', 'benchmark'] as const;

export const ReadFrameParams = z
  .strictObject({
    run_directory: z.string(),
    frame: z.enum(frames),
    after: Count.default(0).describe('Skip this many rows.'),
    limit: z.int().min(1).max(10_000).default(100),
    points: z
      .int()
      .min(2)
      .max(4000)
      .optional()
      .describe('Down-sample to at most this many rows instead of paging.'),
  })
  .meta({ id: 'ReadFrameParams' });

export const ReadFrameResult = z
  .strictObject({
    rows: z.array(Json),
    total: Count,
    next: Count.optional().describe('Value of `after` for the next page; absent on the last.'),
  })
  .meta({ id: 'ReadFrameResult' });
export type ReadFrameResult = z.infer<typeof ReadFrameResult>;

/**
 * Roles a worker can be started in. User code runs in `run`, one request in its life, and in `node`, one trading node
 * in its life; a node worker answers its requests side by side.
 */
export const workerRoles = ['query', 'run', 'node'] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** Every call the server can make to a worker. Python refuses to start when its table differs. */
export const engineMethods = {
  environment: { role: 'query', params: EnvironmentParams, result: EnvironmentResult },
  list_strategies: { role: 'query', params: ListStrategiesParams, result: ListStrategiesResult },
  list_data: { role: 'query', params: ListDataParams, result: ListDataResult },
  query_data: { role: 'query', params: QueryDataParams, result: QueryDataResult },
  get_instrument: { role: 'query', params: GetInstrumentParams, result: GetInstrumentResult },
  find_instruments: { role: 'query', params: FindInstrumentsParams, result: FindInstrumentsResult },
  check_data: { role: 'run', params: CheckDataParams, result: CheckDataResult },
  import_data: { role: 'run', params: ImportDataParams, result: ImportDataResult },
  read_frame: { role: 'query', params: ReadFrameParams, result: ReadFrameResult },
  keep_prices: { role: 'run', params: KeepPricesParams, result: KeepPricesResult },
  read_prices: { role: 'query', params: ReadPricesParams, result: ReadPricesResult },
  read_indicators: { role: 'query', params: ReadIndicatorsParams, result: ReadIndicatorsResult },
  compare_session: { role: 'query', params: CompareSessionParams, result: SessionComparison },
  analyze_run: { role: 'query', params: AnalyzeRunParams, result: PortfolioAnalysis },
  check_strategy: { role: 'run', params: CheckStrategyParams, result: CheckStrategyResult },
  export_run: { role: 'query', params: ExportRunParams, result: ExportResult },
  export_script: { role: 'run', params: ExportScriptParams, result: ExportResult },
  run_backtest: { role: 'run', params: RunBacktestParams, result: RunBacktestResult },
  ...venueMethods,
  start_node: { role: 'node', params: StartNodeParams, result: NodeDescription },
  describe_node: { role: 'node', params: DescribeNodeParams, result: NodeDescription },
  stop_node: { role: 'node', params: StopNodeParams, result: StopNodeResult },
  get_risk: { role: 'node', params: GetRiskParams, result: RiskState },
  looser_limits: { role: 'node', params: LooserParams, result: LooserResult },
  set_risk_limits: { role: 'node', params: SetRiskLimitsParams, result: RiskState },
  analyze_portfolio: { role: 'node', params: AnalyzePortfolioParams, result: PortfolioAnalysis },
  position_size: { role: 'node', params: PositionSizeParams, result: PositionSizeResult },
  halt_trading: { role: 'node', params: HaltTradingParams, result: HaltTradingResult },
  resume_trading: { role: 'node', params: ResumeTradingParams, result: RiskState },
  keep_session: { role: 'node', params: DescribeNodeParams, result: MoreRun },
  submit_order: { role: 'node', params: SubmitOrderParams, result: OrderAnswer },
  list_orders: { role: 'node', params: ListOrdersParams, result: ListOrdersResult },
  get_market_data: { role: 'node', params: GetMarketDataParams, result: GetMarketDataResult },
  submit_order_list: { role: 'node', params: SubmitOrderListParams, result: SubmitOrderListResult },
  modify_order: { role: 'node', params: ModifyOrderParams, result: OrderAnswer },
  cancel_order: { role: 'node', params: CancelOrderParams, result: OrderAnswer },
  cancel_all_orders: { role: 'node', params: CancelAllOrdersParams, result: CancelAllOrdersResult },
  close_position: { role: 'node', params: ClosePositionParams, result: ClosePositionResult },
  list_positions: { role: 'node', params: ListPositionsParams, result: ListPositionsResult },
  get_account: { role: 'node', params: GetAccountParams, result: GetAccountResult },
  subscribe_market_data: {
    role: 'node',
    params: SubscribeMarketDataParams,
    result: SubscribeMarketDataResult,
  },
  unsubscribe_market_data: {
    role: 'node',
    params: SubscribeMarketDataParams,
    result: SubscribeMarketDataResult,
  },
  load_instruments: { role: 'node', params: LoadInstrumentsParams, result: LoadInstrumentsResult },
  deploy_strategy: { role: 'node', params: DeployStrategyParams, result: DeploymentState },
  stop_strategy: { role: 'node', params: StopStrategyParams, result: DeploymentState },
} as const satisfies Record<string, { role: WorkerRole; params: z.ZodType; result: z.ZodType }>;

export type EngineMethod = keyof typeof engineMethods;
/** Methods of a trading node, which has a process of its own. */
export type NodeMethod = {
  [M in EngineMethod]: (typeof engineMethods)[M]['role'] extends 'node' ? M : never;
}[EngineMethod];
/** Methods answered by whichever process of the pool suits them. */
export type PooledMethod = Exclude<EngineMethod, NodeMethod>;
export type EngineParams<M extends EngineMethod> = z.input<(typeof engineMethods)[M]['params']>;
export type EngineResult<M extends EngineMethod> = z.output<(typeof engineMethods)[M]['result']>;

export const Ready = z
  .strictObject({ contract: z.int(), pid: z.int(), role: z.enum(workerRoles), seconds: z.number() })
  .meta({ id: 'Ready' });

export const Heartbeat = z.strictObject({ rss_bytes: Count }).meta({ id: 'Heartbeat' });

export const Progress = z
  .strictObject({
    message: z.string(),
    done: Count,
    total: Count.optional(),
    simulated_time: z.string().optional(),
    events_per_second: z.number().optional(),
    seconds_left: z.number().optional().describe('At the pace so far.'),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export const LogLine = z
  .strictObject({ level: z.enum(logLevels), component: z.string(), message: z.string() })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;
export const LogLines = z.strictObject({ lines: z.array(LogLine) }).meta({ id: 'LogLines' });

/** What a worker says unasked. Progress and log lines belong to the one request being served. */
export const engineNotifications = {
  ready: Ready,
  heartbeat: Heartbeat,
  progress: Progress,
  log: LogLines,
  node_events: NodeEvents,
} as const;

/** JSON-RPC error code under which a worker sends an {@link ErrorObject} as `data`. */
export const engineErrorCode = -32000;

/** All shapes of the contract in one schema: the source from which the Python side is generated. */
export const contract = z.strictObject({
  error: ErrorObject,
  tables: RunTables,
  session: SessionFile,
  ...Object.fromEntries(
    Object.entries(engineMethods).flatMap(([name, m]) => [
      [`${name}_params`, m.params],
      [`${name}_result`, m.result],
    ]),
  ),
  ...engineNotifications,
});
