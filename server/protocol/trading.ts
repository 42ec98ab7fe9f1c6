import * as z from 'zod';
import { By } from './identity.ts';
import { Count, Decimal, Importable, InstrumentSpec, Json, Time, Warning } from './values.ts';

export const orderTypes = [
  'MARKET',
  'LIMIT',
  'STOP_MARKET',
  'STOP_LIMIT',
  'MARKET_TO_LIMIT',
  'MARKET_IF_TOUCHED',
  'LIMIT_IF_TOUCHED',
  'TRAILING_STOP_MARKET',
  'TRAILING_STOP_LIMIT',
] as const;
export const timesInForce = ['GTC', 'IOC', 'FOK', 'GTD', 'DAY', 'AT_THE_OPEN', 'AT_THE_CLOSE'] as const;
export const orderSides = ['BUY', 'SELL'] as const;
export const triggerTypes = [
  'DEFAULT',
  'LAST_PRICE',
  'MARK_PRICE',
  'INDEX_PRICE',
  'BID_ASK',
  'DOUBLE_LAST',
  'DOUBLE_BID_ASK',
  'LAST_OR_BID_ASK',
  'MID_POINT',
] as const;

export const OrderType = z.enum(orderTypes).meta({ id: 'OrderType' });
export const OrderSide = z.enum(orderSides).meta({ id: 'OrderSide' });
export const TimeInForce = z.enum(timesInForce).meta({ id: 'TimeInForce' });
export const TriggerType = z.enum(triggerTypes).meta({ id: 'TriggerType' });
export const TrailingOffsetType = z
  .enum(['PRICE', 'BASIS_POINTS', 'TICKS'])
  .meta({ id: 'TrailingOffsetType' });

export const InstrumentIdText = z.string().min(1).describe('Instrument id, for example "EUR/USD.SIM".');
export const ClientOrderIdText = z
  .string()
  .regex(/^[\x21-\x7e]{1,36}$/, 'is no client order id (1 to 36 printable ASCII characters without spaces)')
  .describe('The caller’s id of the order. The same id with the same arguments never makes a second order.');

/** One order, in NautilusTrader's own words. */
export const OrderSpec = z
  .strictObject({
    instrument_id: InstrumentIdText,
    side: OrderSide,
    type: OrderType,
    quantity: Decimal.describe('In units of the instrument; of the quote currency with quote_quantity.'),
    price: Decimal.optional().describe('Limit price.'),
    trigger_price: Decimal.optional(),
    trigger_type: TriggerType.optional(),
    limit_offset: Decimal.optional().describe('TRAILING_STOP_LIMIT: distance of the limit from the trigger.'),
    trailing_offset: Decimal.optional(),
    trailing_offset_type: TrailingOffsetType.optional(),
    activation_price: Decimal.optional().describe('Trailing stops: price at which trailing begins.'),
    time_in_force: TimeInForce.optional().describe('GTC when left out.'),
    expire_time: Time.optional().describe('With time_in_force GTD.'),
    post_only: z.boolean().optional(),
    reduce_only: z.boolean().optional(),
    quote_quantity: z.boolean().optional(),
    display_quantity: Decimal.optional().describe('Iceberg: what the book shows.'),
    emulation_trigger: TriggerType.optional().describe('Holds the order in the node until triggered.'),
    trigger_instrument_id: z.string().optional(),
    exec_algorithm_id: z.string().optional().describe('"TWAP" slices the order over time.'),
    exec_algorithm_params: Json.optional().describe('TWAP: {"horizon_secs": 60, "interval_secs": 5}.'),
    tags: z.array(z.string()).optional(),
    client_order_id: ClientOrderIdText.optional(),
  })
  .meta({ id: 'OrderSpec' });
export type OrderSpec = z.infer<typeof OrderSpec>;

export const WaitFor = z
  .enum(['submitted', 'accepted', 'closed'])
  .meta({ id: 'WaitFor' })
  .describe('Answer when it has left the node, when the venue has answered (default), or when it is done.');

export const SubmitOptions = {
  client_id: z.string().optional().describe('Execution client; by the instrument’s venue when left out.'),
  position_id: z.string().optional().describe('Position to act on, for venues with HEDGING.'),
  params: Json.optional().describe('Further parameters for the venue’s adapter.'),
  wait_for: WaitFor.optional(),
  timeout_seconds: z
    .number()
    .min(0)
    .max(40)
    .default(5)
    .describe('How long to wait; the answer then says how far the order has come.'),
};

export const SubmitOrderParams = OrderSpec.extend({ ...SubmitOptions, by: By }).meta({
  id: 'SubmitOrderParams',
});

/** What an order went through, oldest first. */
export const OrderEventRow = z
  .strictObject({
    type: z.string().describe('OrderSubmitted, OrderAccepted, OrderFilled, …'),
    ts_event: z.string(),
    reason: z.string().optional(),
    last_qty: Decimal.optional(),
    last_px: Decimal.optional(),
    commission: z.string().optional(),
  })
  .meta({ id: 'OrderEventRow' });

/** Where an order stands. */
export const OrderAnswer = z
  .strictObject({
    client_order_id: z.string(),
    venue_order_id: z.string().optional(),
    status: z.string(),
    filled_qty: Decimal,
    avg_px: Decimal.optional(),
    reason: z.string().optional().describe('Why it was denied, rejected or not changed.'),
    events: z.array(OrderEventRow).describe('The last twenty.'),
    repeated: z.boolean().optional().describe('The order was there already; no second one was made.'),
    waiting: z.boolean().optional().describe('What was waited for had not happened when the time was up.'),
  })
  .meta({ id: 'OrderAnswer' });
export type OrderAnswer = z.infer<typeof OrderAnswer>;

export const OrderStatusFilter = z
  .enum(['working', 'inflight', 'done', 'failed'])
  .meta({ id: 'OrderStatusFilter' })
  .describe(
    'working: open at a venue or emulated; inflight: not yet acknowledged; done: filled, cancelled, expired; failed: denied, rejected.',
  );

export const ListOrdersParams = z
  .strictObject({
    status: OrderStatusFilter.optional(),
    instrument_id: z.string().optional(),
    strategy_id: z.string().optional(),
    client_order_id: z.string().optional(),
    after: Count.default(0).describe('Skip this many.'),
    limit: z.int().min(1).max(500).default(50),
  })
  .meta({ id: 'ListOrdersParams' });

export const ListOrdersResult = z
  .strictObject({
    orders: z.array(Json).describe('Newest first, with NautilusTrader’s own field names.'),
    total: Count,
    next: Count.optional(),
  })
  .meta({ id: 'ListOrdersResult' });

export const GetMarketDataParams = z
  .strictObject({
    instrument_id: InstrumentIdText,
    history: z.int().min(0).max(500).default(0).describe('How many earlier quotes, trades and bars to show.'),
    bar_type: z.string().optional(),
    depth: z.int().min(1).max(100).default(10).describe('Levels of the book.'),
  })
  .meta({ id: 'GetMarketDataParams' });

export const QuoteRow = z
  .strictObject({
    bid_price: Decimal,
    ask_price: Decimal,
    bid_size: Decimal,
    ask_size: Decimal,
    ts_event: z.string(),
  })
  .meta({ id: 'QuoteRow' });
export const TradeRow = z
  .strictObject({
    price: Decimal,
    size: Decimal,
    aggressor_side: z.string(),
    trade_id: z.string(),
    ts_event: z.string(),
  })
  .meta({ id: 'TradeRow' });
export const BarRow = z
  .strictObject({
    open: Decimal,
    high: Decimal,
    low: Decimal,
    close: Decimal,
    volume: Decimal,
    ts_event: z.string(),
  })
  .meta({ id: 'BarRow' });
export const BookLevel = z.strictObject({ price: Decimal, size: Decimal }).meta({ id: 'BookLevel' });
export const BookRow = z
  .strictObject({ bids: z.array(BookLevel), asks: z.array(BookLevel), ts_event: z.string() })
  .meta({ id: 'BookRow' });

export const GetMarketDataResult = z
  .strictObject({
    instrument_id: z.string(),
    synthetic: z.boolean().optional().describe('Prices are made up.'),
    quote: QuoteRow.nullable(),
    trade: TradeRow.nullable(),
    bars: z.record(z.string(), BarRow).describe('Latest bar by bar type.'),
    book: BookRow.nullable(),
    age_seconds: z.number().nullable().describe('Since the last of them; null when there is none.'),
    subscriptions: z.array(z.string()),
    quotes: z.array(QuoteRow).optional().describe('Oldest first.'),
    trades: z.array(TradeRow).optional(),
    bar_history: z.array(BarRow).optional(),
  })
  .meta({ id: 'GetMarketDataResult' });
export type GetMarketDataResult = z.infer<typeof GetMarketDataResult>;

export const Contingency = z
  .enum(['NONE', 'OTO', 'OCO', 'OUO', 'BRACKET'])
  .meta({ id: 'Contingency' })
  .describe(
    'OTO: the first order, once filled, releases the others. OCO: one done cancels the others. OUO: one filled reduces the others. BRACKET: the first is the entry, the others (take profit, stop loss) are released by it and are OUO to each other. NONE: sent together, otherwise independent.',
  );

export const SubmitOrderListParams = z
  .strictObject({
    orders: z.array(OrderSpec).min(1).max(20).describe('All of one instrument.'),
    contingency: Contingency.optional(),
    ...SubmitOptions,
    by: By,
  })
  .meta({ id: 'SubmitOrderListParams' });

export const SubmitOrderListResult = z
  .strictObject({
    order_list_id: z.string(),
    orders: z.array(OrderAnswer),
    repeated: z.boolean().optional(),
  })
  .meta({ id: 'SubmitOrderListResult' });

const existing = { client_order_id: z.string().min(1).describe('As submit_order and list_orders give it.') };
const patience = SubmitOptions.timeout_seconds;

export const ModifyOrderParams = z
  .strictObject({
    ...existing,
    quantity: Decimal.optional().describe('New total quantity, what is filled included.'),
    price: Decimal.optional(),
    trigger_price: Decimal.optional(),
    timeout_seconds: patience,
    by: By,
  })
  .meta({ id: 'ModifyOrderParams' });

export const CancelOrderParams = z
  .strictObject({ ...existing, timeout_seconds: patience, by: By })
  .meta({ id: 'CancelOrderParams' });

export const CancelAllOrdersParams = z
  .strictObject({
    instrument_id: z.string().optional(),
    side: OrderSide.optional(),
    strategy_id: z
      .string()
      .optional()
      .describe('Only orders of this strategy; those of tools are "DESK-000".'),
    timeout_seconds: patience,
    by: By,
  })
  .meta({ id: 'CancelAllOrdersParams' });

export const CancelAllOrdersResult = z
  .strictObject({
    cancelled: z.array(z.string()).describe('Orders that were open and are cancelled.'),
    left: z.array(OrderAnswer).describe('Orders that are still open, with why.'),
  })
  .meta({ id: 'CancelAllOrdersResult' });

export const ClosePositionParams = z
  .strictObject({
    position_id: z.string().optional(),
    instrument_id: z.string().optional().describe('Closes every position in it.'),
    strategy_id: z.string().optional(),
    quantity: Decimal.optional().describe('Only so much of it; all when left out.'),
    client_order_id: ClientOrderIdText.optional(),
    tags: z.array(z.string()).optional(),
    timeout_seconds: patience,
    by: By,
  })
  .meta({ id: 'ClosePositionParams' });

export const ClosePositionResult = z
  .strictObject({
    orders: z.array(OrderAnswer),
    closed: z.array(z.string()).describe('Positions that are closed now.'),
    left: z.array(Json).describe('Positions of those meant that are still open.'),
    repeated: z.boolean().optional(),
  })
  .meta({ id: 'ClosePositionResult' });

export const ListPositionsParams = z
  .strictObject({
    status: z
      .enum(['open', 'closed'])
      .meta({ id: 'PositionStatus' })
      .optional()
      .describe('Both when left out.'),
    instrument_id: z.string().optional(),
    strategy_id: z.string().optional(),
    after: Count.default(0).describe('Skip this many.'),
    limit: z.int().min(1).max(500).default(50),
  })
  .meta({ id: 'ListPositionsParams' });

export const ListPositionsResult = z
  .strictObject({
    positions: z
      .array(Json)
      .describe(
        'Newest first, with NautilusTrader’s own field names, last_px and unrealized_pnl where there is a price.',
      ),
    total: Count,
    next: Count.optional(),
  })
  .meta({ id: 'ListPositionsResult' });

export const GetAccountParams = z
  .strictObject({ venue: z.string().optional().describe('Only the account at this venue.') })
  .meta({ id: 'GetAccountParams' });

export const AccountBalanceRow = z
  .strictObject({ currency: z.string(), total: Decimal, free: Decimal, locked: Decimal })
  .meta({ id: 'AccountBalanceRow' });
export const MarginRow = z
  .strictObject({
    currency: z.string(),
    instrument_id: z.string().nullable(),
    initial: Decimal,
    maintenance: Decimal,
  })
  .meta({ id: 'MarginRow' });
export const AccountRow = z
  .strictObject({
    account_id: z.string(),
    venue: z.string(),
    account_type: z.string(),
    base_currency: z.string().nullable(),
    balances: z.array(AccountBalanceRow),
    margins: z.array(MarginRow),
    leverage: Decimal.nullable(),
    equity: z
      .record(z.string(), Decimal)
      .nullable()
      .describe('Balance and open profit by currency; null while a position has no price.'),
    unrealized_pnl: z.record(z.string(), Decimal).nullable(),
    realized_pnl: z.record(z.string(), Decimal),
    commissions: z.record(z.string(), Decimal),
    reported_at: z.string(),
  })
  .meta({ id: 'AccountRow' });
export const GetAccountResult = z
  .strictObject({ accounts: z.array(AccountRow), synthetic: z.boolean().optional() })
  .meta({ id: 'GetAccountResult' });

export const dataKinds = ['quotes', 'trades', 'bars', 'book'] as const;
export const MarketDataKind = z.enum(dataKinds).meta({ id: 'MarketDataKind' });
export const SubscribeMarketDataParams = z
  .strictObject({
    instrument_id: InstrumentIdText,
    kinds: z.array(MarketDataKind).min(1).optional().describe('quotes when left out.'),
    bar_type: z.string().optional().describe('With bars, for example "EUR/USD.SIM-1-MINUTE-MID-INTERNAL".'),
    depth: z.int().min(1).max(100).optional().describe('With book.'),
    client_id: z.string().optional().describe('Data client; by the instrument’s venue when left out.'),
  })
  .meta({ id: 'SubscribeMarketDataParams' });
export const SubscribeMarketDataResult = z
  .strictObject({
    instrument_id: z.string(),
    subscriptions: z.array(z.string()).describe('What the node is subscribed to for this instrument now.'),
  })
  .meta({ id: 'SubscribeMarketDataResult' });

export const LoadInstrumentsParams = z
  .strictObject({
    instruments: z
      .array(InstrumentSpec)
      .default([])
      .describe('Instruments of one’s own, of the catalog by id, or ids that a data client can load.'),
    venue: z.string().optional().describe('Venue or data client to load from.'),
    filters: Json.optional().describe('What to load from it, in the adapter’s own words.'),
  })
  .meta({ id: 'LoadInstrumentsParams' });
export const LoadInstrumentsResult = z
  .strictObject({ loaded: z.array(z.string()), updated: z.array(z.string()), warnings: z.array(Warning) })
  .meta({ id: 'LoadInstrumentsResult' });

export const DeployStrategyParams = z
  .strictObject({
    source: Importable.shape.source,
    config: Importable.shape.config,
    config_path: Importable.shape.config_path,
    replace: z
      .string()
      .optional()
      .describe('Id of a running strategy to stop and take the place of; its open orders are cancelled.'),
    by: By,
  })
  .meta({ id: 'DeployStrategyParams' });

export const StopStrategyParams = z
  .strictObject({
    strategy_id: z.string(),
    cancel_orders: z.boolean().default(true),
    flatten: z.boolean().default(false).describe('Close its positions as well.'),
    remove: z.boolean().default(false).describe('Forget it, so that its id is free again.'),
    timeout_seconds: patience,
    by: By,
  })
  .meta({ id: 'StopStrategyParams' });
