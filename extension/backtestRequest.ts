import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { l10n, type QuickPickItem, window } from 'vscode';
import type * as z from 'zod';
import { DataItem, ListDataResult } from '../server/protocol/data.ts';
import { BacktestDefaults } from '../server/protocol/settings.ts';
import type { StrategyRow } from '../server/protocol/strategies.ts';
import type { App } from './app.ts';
import { readWorkspaceSettings } from './workspaceSettings.ts';

type Template = z.infer<typeof BacktestDefaults>;

/** A strategy as `list_strategies` tells it. */
export type Strategy = z.infer<typeof StrategyRow>;

/** What a backtest can be run on; the one used last for a strategy is offered first. */
interface Market extends QuickPickItem {
  id: string;
  /** @returns undefined when the person does not answer */
  template(): Promise<Template | undefined>;
}

/**
 * The request for one strategy: on what `quarterdeck.json` says under `defaults.backtest`, a series of the data
 * catalog, or our sample data; the strategy's config filled in from the data and, where nothing is known, by asking.
 *
 * @returns undefined when the person does not answer.
 * @throws QuarterdeckError
 */
export async function backtestRequest(app: App, strategy: Strategy): Promise<object | undefined> {
  const market = await pickMarket(app, strategy);
  const template = await market?.template();
  const config = template && (await fillConfig(strategy, template));
  if (!market || !config) return undefined;
  await app.memory.update(memoryKey(strategy), market.id);
  return { ...template, strategies: [{ source: strategy.source, config }] };
}

/** Asks only where there is a choice. */
async function pickMarket(app: App, strategy: Strategy): Promise<Market | undefined> {
  const markets = [await preset(app), ...(await catalogMarkets(app))];
  if (markets.length === 1) return markets[0];
  const last = app.memory.get(memoryKey(strategy));
  markets.sort((a, b) => Number(b.id === last) - Number(a.id === last));
  const placeHolder = l10n.t('On which data? The choice is remembered for this strategy.');
  return window.showQuickPick(markets, {
    title: l10n.t('Backtest {0}', strategy.name),
    placeHolder,
    matchOnDetail: true,
  });
}

async function preset(app: App): Promise<Market> {
  const own = (await readWorkspaceSettings(app.server.folder)).defaults.backtest;
  const template = own ?? (await shippedTemplate(app.extensionPath));
  return {
    id: own ? 'defaults' : 'samples',
    label: own ? l10n.t('Defaults of quarterdeck.json') : l10n.t('Sample data'),
    description: template.data.map(describeItem).join(', '),
    template: async () => template,
  };
}

/** Each series of bars, quotes or trades of the catalog, traded at its own venue. */
async function catalogMarkets({ client }: App): Promise<Market[]> {
  const { data } = await client.call('list_data', { limit: 1000 }, ListDataResult);
  return data.flatMap(({ data_type, instrument_id, bar_type, start, end }) => {
    const type = DataItem.shape.data_type.unwrap().safeParse(data_type).data;
    if (type === undefined) return [];
    const item = { data_type: type, instrument_id, ...(bar_type === undefined ? {} : { bar_type }) };
    return {
      id: `catalog:${bar_type ?? `${instrument_id} ${data_type}`}`,
      label: bar_type ?? `${instrument_id} ${data_type}`,
      description: start && end ? `${start.slice(0, 10)} – ${end.slice(0, 10)} UTC` : '',
      detail: l10n.t('Data catalog'),
      template: () => catalogTemplate(item, instrument_id),
    };
  });
}

async function catalogTemplate(item: DataItem, instrument: string): Promise<Template | undefined> {
  const balance = await window.showInputBox({
    title: l10n.t('Starting balance at {0}', venueOf(instrument)),
    prompt: l10n.t('Amount and currency of the simulated account.'),
    value: '100000 USD',
    validateInput: (text) =>
      /^\d+(\.\d+)? [A-Z0-9]{2,10}$/.test(text.trim()) ? undefined : l10n.t('For example {0}', '100000 USD'),
  });
  if (balance === undefined) return undefined;
  return BacktestDefaults.parse({
    venues: [
      {
        name: venueOf(instrument),
        oms_type: 'NETTING',
        account_type: 'MARGIN',
        starting_balances: [balance.trim()],
      },
    ],
    data: [item],
    api: 'node',
  });
}

function venueOf(instrument: string): string {
  return instrument.slice(instrument.lastIndexOf('.') + 1);
}

function describeItem(item: DataItem): string {
  return item.bar_type ?? item.instrument_id ?? item.file ?? '';
}

function memoryKey({ source }: Strategy): string {
  return `backtest.${source}`;
}

/** The samples lie outside the workspace, so their files are named by their full path. */
async function shippedTemplate(extensionPath: string): Promise<Template> {
  const folder = path.join(extensionPath, 'python', 'samples');
  const text = await readFile(path.join(folder, 'backtest.json'), 'utf8');
  const template = BacktestDefaults.parse(JSON.parse(text));
  const absolute = (file: string | undefined) =>
    file === undefined ? {} : { file: path.resolve(folder, file) };
  return { ...template, data: template.data.map((item) => ({ ...item, ...absolute(item.file) })) };
}

/** Only fields without a default are filled: what the author chose stays chosen. */
async function fillConfig(
  { name, config_fields }: Strategy,
  { data: [item] }: Template,
): Promise<Record<string, unknown> | undefined> {
  const known: Record<string, unknown> = {
    instrument_id: instrumentId(item),
    bar_type: item?.bar_type,
    trade_size: '100',
  };
  const config: Record<string, unknown> = {};
  for (const field of config_fields) {
    if (field.default !== undefined) continue;
    const value = known[field.name] ?? (await ask(name, field));
    if (value === undefined) return undefined;
    config[field.name] = value;
  }
  return config;
}

function instrumentId(item: DataItem | undefined): unknown {
  if (item?.instrument_id !== undefined) return item.instrument_id;
  return typeof item?.instrument === 'object' ? item.instrument.id : item?.instrument;
}

async function ask(strategy: string, field: { name: string; type: string }): Promise<unknown> {
  const answer = await window.showInputBox({
    title: `${strategy}: ${field.name}`,
    prompt: l10n.t('{0} ({1}) has no default.', field.name, field.type),
    ignoreFocusOut: true,
  });
  if (answer === undefined) return undefined;
  return /^(int|float|bool|list|dict|tuple)\b/.test(field.type) ? parseJson(answer) : answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
