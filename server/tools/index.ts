import { accountTools } from './accounts.ts';
import { backtestTools } from './backtest.ts';
import { compareTools } from './compare.ts';
import { dataTools } from './data.ts';
import { dataQueryTools } from './dataQueries.ts';
import { deploymentTools } from './deployments.ts';
import { environmentTools } from './environment.ts';
import { exportTools } from './exports.ts';
import { historyTools } from './history.ts';
import { marketDataTools } from './marketData.ts';
import { newStrategyTools } from './newStrategy.ts';
import { nodeTools } from './nodes.ts';
import { orderTools } from './orders.ts';
import { portfolioTools } from './portfolio.ts';
import { riskTools } from './risk.ts';
import { runTools } from './runs.ts';
import { strategyTools } from './strategies.ts';
import type { Tool } from './tool.ts';
import { venueTools } from './venues.ts';

/** Every tool there is, in the order clients see them. */
export const tools: readonly Tool[] = [
  ...environmentTools,
  ...dataTools,
  ...dataQueryTools,
  ...strategyTools,
  ...newStrategyTools,
  ...backtestTools,
  ...runTools,
  ...historyTools,
  ...compareTools,
  ...exportTools,
  ...nodeTools,
  ...venueTools,
  ...marketDataTools,
  ...deploymentTools,
  ...orderTools,
  ...accountTools,
  ...riskTools,
  ...portfolioTools,
];

/** Names that tools once had, and what they are called now: a call by an old name goes on working. */
export const renamedTools: Readonly<Record<string, string>> = {};
