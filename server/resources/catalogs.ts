import type { CallContext } from '../context.ts';
import { catalogPath } from '../files.ts';
import type { EngineResult } from '../protocol/engine.ts';
import { defaultCatalog } from '../protocol/settings.ts';
import { namedCatalogs } from '../settings.ts';
import type { Completer, Resource } from './resource.ts';
import { countFrom, pageFrom } from './uri.ts';

const complete = {
  name: async (prefix: string, context: CallContext) =>
    names(context).filter((name) => name.startsWith(prefix)),
};

/** Completes what is in the catalog that was chosen, as far as one page of it shows. */
function completeOf(pick: (listed: EngineResult<'list_data'>) => (string | undefined)[]): Completer {
  return async (prefix, context, { name }) => {
    const params = { catalog: catalogOf(name, context), after: 0, limit: 1000 };
    const values = pick(await context.engine.call('list_data', params, { signal: context.signal }));
    const known = values.filter((value) => value !== undefined);
    return [...new Set(known)].filter((value) => value.startsWith(prefix));
  };
}

export const catalogResources: Resource[] = [
  {
    uriTemplate: 'nautilus://catalogs/{name}{?after,limit}',
    name: 'catalog',
    title: 'Data catalog',
    description:
      'What a data catalog holds: instruments, and per series the time it covers. {name} is "default", a name of quarterdeck.json or a path.',
    complete,
    list: async (context) =>
      names(context).map((name) => ({ uri: `nautilus://catalogs/${name}`, name: `Data catalog ${name}` })),
    async read({ name }, query, context) {
      const { after, limit } = pageFrom(query, { usual: 40, most: 1000 });
      const params = { catalog: catalogOf(name, context), after, limit };
      return context.engine.call('list_data', params, { signal: context.signal });
    },
  },
  {
    uriTemplate: 'nautilus://catalogs/{name}/instruments/{id}',
    name: 'instrument',
    title: 'Instrument',
    description: 'Definition of an instrument in a data catalog, and the data there is of it.',
    complete: { ...complete, id: completeOf(({ instruments }) => instruments.map(({ id }) => id)) },
    async read({ name, id }, _query, context) {
      const params = { catalog: catalogOf(name, context), instrument_id: id ?? '' };
      return context.engine.call('get_instrument', params, { signal: context.signal });
    },
  },
  series('bars', 'bar_type', 'Bar', 'Bars'),
  series('quotes', 'id', 'QuoteTick', 'Quotes'),
  series('trades', 'id', 'TradeTick', 'Trades'),
];

function series(
  path: string,
  variable: 'bar_type' | 'id',
  dataType: 'Bar' | 'QuoteTick' | 'TradeTick',
  title: string,
): Resource {
  return {
    uriTemplate: `nautilus://catalogs/{name}/${path}/{${variable}}{?start,end,points}`,
    name: `catalog-${path}`,
    title: `${title} of a catalog`,
    description: `${title} between ?start and ?end, down-sampled to ?points (2 to 4000, default 1000).`,
    complete: {
      ...complete,
      [variable]: completeOf(({ data }) =>
        data
          .filter(({ data_type }) => data_type === dataType)
          .map(({ bar_type, instrument_id }) => (variable === 'bar_type' ? bar_type : instrument_id)),
      ),
    },
    async read({ name, ...variables }, query, context) {
      const wanted = variables[variable] ?? '';
      const start = query.get('start');
      const end = query.get('end');
      const params = {
        catalog: catalogOf(name, context),
        data_type: dataType,
        ...(variable === 'bar_type' ? { bar_type: wanted } : { instrument_id: wanted }),
        ...(start === null ? {} : { start }),
        ...(end === null ? {} : { end }),
        points: countFrom(query, 'points', { min: 2, max: 4000 }) ?? 1000,
      };
      return context.engine.call('query_data', params, { signal: context.signal });
    },
  };
}

function catalogOf(name: string | undefined, context: CallContext): string {
  return catalogPath(name, context);
}

function names({ workspace }: CallContext): string[] {
  return [...new Set([defaultCatalog, ...Object.keys(namedCatalogs(workspace))])];
}
