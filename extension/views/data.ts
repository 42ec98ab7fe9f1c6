import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type * as z from 'zod';
import { type CatalogData, ListDataResult } from '../../server/protocol/data.ts';
import type { ServerClient } from '../client.ts';
import type { TreeSource } from './serverTree.ts';

export type Series = z.infer<typeof CatalogData>;

/** An instrument, with its series below it. */
export interface InstrumentNode {
  id: string;
  type?: string;
  series: Series[];
}

const pageSize = 1000;

/** What the data catalog of the workspace holds: instruments, and per series the time it covers. */
export function dataSource(client: ServerClient): TreeSource<InstrumentNode | Series> {
  return {
    watched: [],
    async rows(parent) {
      if (parent) return 'series' in parent ? parent.series : [];
      const { instruments, data } = await client.call('list_data', { limit: pageSize }, ListDataResult);
      const nodes = new Map<string, InstrumentNode>();
      for (const { id, type } of instruments) nodes.set(id, { id, type, series: [] });
      for (const series of data) {
        const node = nodes.get(series.instrument_id) ?? { id: series.instrument_id, series: [] };
        node.series.push(series);
        nodes.set(series.instrument_id, node);
      }
      return [...nodes.values()];
    },
    item: (row) => ('series' in row ? instrumentItem(row) : seriesItem(row)),
  };
}

function instrumentItem({ id, type, series }: InstrumentNode): TreeItem {
  const { Collapsed, None } = TreeItemCollapsibleState;
  const item = new TreeItem(id, series.length > 0 ? Collapsed : None);
  item.id = id;
  item.description = type ?? '';
  item.iconPath = new ThemeIcon('graph-line');
  item.contextValue = 'instrument';
  return item;
}

function seriesItem(series: Series): TreeItem {
  const { data_type, instrument_id, bar_type, start, end, files } = series;
  const item = new TreeItem(bar_type?.slice(instrument_id.length + 1) ?? data_type);
  item.id = `${instrument_id}/${bar_type ?? data_type}`;
  item.description = start && end ? `${start.slice(0, 10)} – ${end.slice(0, 10)}` : '';
  item.tooltip = [
    bar_type ?? l10n.t('{0} of {1}', data_type, instrument_id),
    `${start ?? '?'} – ${end ?? '?'} (UTC)`,
    files === 1 ? l10n.t('1 file') : l10n.t('{0} files', files),
  ].join('\n');
  item.iconPath = new ThemeIcon(data_type === 'Bar' ? 'graph' : 'pulse');
  item.contextValue = 'series';
  return item;
}
