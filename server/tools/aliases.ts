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

type Fields = Record<string, unknown>;

function canonicalItem(item: Fields): Fields {
  const { data_cls, bar_spec, bar_types, ...rest } = renamed(item, {
    start_time: 'start',
    end_time: 'end',
  });
  if (typeof data_cls === 'string' && rest.data_type === undefined) {
    rest.data_type = data_cls.split(/[:.]/).at(-1);
  } else if (data_cls !== undefined) rest.data_cls = data_cls;
  if (typeof bar_spec === 'string' && typeof rest.instrument_id === 'string' && rest.bar_type === undefined) {
    rest.bar_type = `${rest.instrument_id}-${bar_spec}-EXTERNAL`;
  } else if (bar_spec !== undefined) rest.bar_spec = bar_spec;
  if (Array.isArray(bar_types) && bar_types.length === 1 && rest.bar_type === undefined) {
    rest.bar_type = bar_types[0];
  } else if (bar_types !== undefined) rest.bar_types = bar_types;
  return rest;
}

function canonicalVenue(venue: Fields): Fields {
  const result = { ...venue };
  for (const [field, alias] of Object.entries(models)) {
    const model = result[field];
    if (isObject(model)) result[field] = renamed(model, { [alias]: 'source' });
  }
  if (result.modules !== undefined) {
    result.modules = mapped(result.modules, (item) => renamed(item, { actor_path: 'source' }));
  }
  return result;
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
