/**
 * The names NautilusTrader's own configs use, put in the place of ours: a request written as a BacktestRunConfig is
 * understood. What it does not know it leaves as it is, for the schema to judge; where both names are given, too.
 */
export function canonicalRequest(request: unknown): unknown {
  if (!isObject(request)) return request;
  const result = { ...request };
  for (const [field, alias] of Object.entries(sources)) {
    result[field] = mapped(result[field], (item) => renamed(item, { [alias]: 'source' }));
  }
  result.data = mapped(result.data, canonicalItem);
  if (Array.isArray(result.data)) result.data = result.data.flatMap(each);
  result.venues = mapped(result.venues, canonicalVenue);
  const catalogs = new Set(items(result.data).map((item) => item.catalog_path));
  const [catalog] = catalogs;
  if (catalogs.size === 1 && typeof catalog === 'string' && result.catalog === undefined) {
    result.catalog = catalog;
    result.data = mapped(result.data, ({ catalog_path: _, ...item }) => item);
  } else result.data = mapped(result.data, (item) => renamed(item, { catalog_path: 'catalog' }));
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

const sources = {
  strategies: 'strategy_path',
  actors: 'actor_path',
  exec_algorithms: 'exec_algorithm_path',
} as const;

const models = {
  fill_model: 'fill_model_path',
  fee_model: 'fee_model_path',
  latency_model: 'latency_model_path',
  margin_model: 'model_type',
} as const;

/** The short names of the engine's MarginModelConfig. */
const marginModels: Record<string, string> = {
  standard: 'nautilus_trader.backtest.models:StandardMarginModel',
  leveraged: 'nautilus_trader.backtest.models:LeveragedMarginModel',
};

type Fields = Record<string, unknown>;

function canonicalItem(item: Fields): Fields {
  const { data_cls, bar_spec, bar_types, ...rest } = renamed(item, {
    start_time: 'start',
    end_time: 'end',
  });
  if (typeof data_cls === 'string' && rest.data_type === undefined) {
    rest.data_type = data_cls.startsWith('nautilus_trader.') ? data_cls.split(/[:.]/).at(-1) : data_cls;
  } else if (data_cls !== undefined) rest.data_cls = data_cls;
  if (typeof bar_spec === 'string' && typeof rest.instrument_id === 'string' && rest.bar_type === undefined) {
    rest.bar_type = `${rest.instrument_id}-${bar_spec}-EXTERNAL`;
  } else if (bar_spec !== undefined) rest.bar_spec = bar_spec;
  if (bar_types !== undefined) rest.bar_types = bar_types;
  return rest;
}

/** One item for each of several instruments or bar types. */
function each(item: unknown): unknown[] {
  if (!isObject(item)) return [item];
  const { bar_types, instrument_ids, ...rest } = item;
  if (Array.isArray(bar_types) && bar_types.length > 0 && rest.bar_type === undefined) {
    return bar_types.map((bar_type) => ({ ...rest, bar_type }));
  }
  if (Array.isArray(instrument_ids) && instrument_ids.length > 0 && rest.instrument_id === undefined) {
    return instrument_ids.map((id) => canonicalItem({ ...rest, instrument_id: id }));
  }
  return [item];
}

function canonicalVenue(venue: Fields): Fields {
  const result = { ...venue };
  for (const [field, alias] of Object.entries(models)) {
    const model = result[field];
    if (isObject(model)) result[field] = renamed(model, { [alias]: 'source' });
  }
  const margin = result.margin_model;
  if (isObject(margin) && typeof margin.source === 'string') {
    result.margin_model = { ...margin, source: marginModels[margin.source] ?? margin.source };
  }
  for (const field of ['default_leverage', 'leverages', 'settlement_prices']) {
    if (field in result) result[field] = decimals(result[field]);
  }
  if (result.modules !== undefined) {
    result.modules = mapped(result.modules, (item) => renamed(item, { actor_path: 'source' }));
  }
  return result;
}

/** The engine's configs have numbers where we have decimal strings. */
function decimals(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decimals(each)]));
}

function renamed(item: Fields, names: Record<string, string>): Fields {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      const name = names[key];
      return [name === undefined || name in item ? key : name, value];
    }),
  );
}

function mapped(list: unknown, change: (item: Fields) => Fields): unknown {
  return Array.isArray(list) ? list.map((item) => (isObject(item) ? change(item) : item)) : list;
}

function items(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
