import { nodeArgument, nodeOf, strategyArgument } from './arguments.ts';
import { type Prompt, quoted } from './prompt.ts';

export const tradingPrompts: Prompt[] = [
  {
    name: 'pre_trade_check',
    title: 'Pre-trade check',
    description:
      'Check an order before it is sent: market, account, exposure, limits and size, on a NautilusTrader node.',
    arguments: [
      {
        name: 'order',
        title: 'Order',
        description: 'The order in words, such as "buy 0.5 BTCUSDT.BINANCE, limit 58,000".',
        required: true,
      },
      nodeArgument,
    ],
    message: async (
      { order = '', node },
      context,
    ) => `Check this order before it is sent, on ${nodeOf(node, context)}: ${quoted(order)}

Send nothing. Use only tools that read.
1. \`get_trading_node\`: is it running, is its venue connected, is it demo, sandbox or real money, is trading halted? Say that first.
2. \`get_market_data\` for the instrument: quote, spread, age of the last price. A price that is old or synthetic must be named as such.
3. \`get_account\`, \`list_positions\` and \`list_orders\`: free balance, the position before and after, working orders that would meet this one.
4. The node's risk limits and the size of the position, by the tools of the toolset "risk" that are listed: which limit it would meet first and how far it is from it; what it loses at the stop. Without such a tool say "not checked".
5. Show the \`submit_order\` arguments exactly as they would be sent, with notional and a client_order_id, and what speaks against it. Then wait for me.`,
  },
  {
    name: 'risk_review',
    title: 'Risk review',
    description:
      'Review the risk of a running NautilusTrader node: exposure, concentration, limits, open orders.',
    arguments: [nodeArgument],
    message: async (
      { node },
      context,
    ) => `Review the risk of ${nodeOf(node, context)}. Use only tools that read.

1. \`get_trading_node\`, \`get_account\`, \`list_positions\`, \`list_orders\` with status "working", and the tools of the toolset "risk" that are listed. What no tool tells is "unknown", never guessed.
2. Show exposure by instrument and currency, net and gross, margin used and free, and the largest single position as a share of the whole.
3. Show each limit with what is used of it. Name what has no limit.
4. Name what does not fit together: a position without a stop, an order larger than its position, a strategy that trades what another one hedges, prices that are old.
5. Say what you would change, most urgent first, and which tool would do it. What halts trading or stops the node stops everything at once; use it only if I say so.`,
  },
  {
    name: 'go_live_checklist',
    title: 'Go-live checklist',
    description: 'Go through what must be true before a NautilusTrader strategy trades real money.',
    arguments: [
      strategyArgument,
      {
        name: 'profile',
        title: 'Profile',
        description: 'Node profile of quarterdeck.json it would run with.',
      },
    ],
    message: async ({
      strategy = '',
      profile,
    }) => `Go through the checklist before the NautilusTrader strategy ${quoted(strategy)} trades real money${
      profile ? ` with the profile ${quoted(profile)}` : ''
    }. Change nothing and start nothing without my yes. Mark each point as yes, no or unknown, with the evidence.

1. Code: \`check_strategy\` finds no problem; the source is committed and is the one of the run it is judged by (\`get_run\` with detail "source").
2. Evidence: a backtest with fees and latency on data it was not tuned on (\`list_runs\`, \`get_run\`); enough trades to mean anything; the worst drawdown is one I can bear.
3. Behaviour: it has run on the "demo" profile and on "sandbox" with the venue's real data (\`initialize_trading_node\`), and did there what it did in the backtest.
4. Venue, as far as \`get_trading_node\` and the tools that are listed can tell: credentials are there, with no right to withdraw; instrument definitions, account type and order types fit.
5. Limits on notional per order and day, on positions and on losses that fit the account, as the tools of the toolset "risk" show them. Missing limits are a "no".
6. Failure: what happens when the connection is lost, the node dies or the machine sleeps, with orders and positions open; who notices, and how trading is halted (\`stop_trading_node\` with flatten at least).
7. Size of the first trade: begin with the smallest the venue takes.

End with the points that are "no" or "unknown". If there is one, the answer is: not yet.`,
  },
];
