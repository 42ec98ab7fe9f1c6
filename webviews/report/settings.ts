import type { RunRecord } from '../../server/protocol/run.ts';
import { element } from '../elements.ts';
import { decimal } from '../format.ts';
import { t } from '../strings.ts';
import { zoneName, zoneNote } from '../time.ts';
import { codeOf, dataOf, instrumentOf, parametersOf } from './about.ts';

/** What the run was made with. */
export function runSettings(run: RunRecord): [name: string, value: string][] {
  const { request, summary, versions } = run;
  const [venue] = request.venues;
  const fields = venue ?? {};
  const of = (name: string) => {
    const value: unknown = Object.entries(fields).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : undefined;
  };
  const base = of('base_currency');
  const names = [of('name'), of('account_type'), of('oms_type'), base && `base ${base}`].filter(Boolean);
  const modules: unknown = Object.entries(fields).find(([key]) => key === 'modules')?.[1];
  const sources = Array.isArray(modules)
    ? modules.map((one: { source?: unknown }) =>
        String(one.source ?? '')
          .split(':')
          .at(-1),
      )
    : [];
  const started = venue?.starting_balances.map((text) => money(text)).join(', ');
  const ended = summary?.balances.map(({ total, currency }) => `${decimal(total)} ${currency}`).join(', ');
  const fill: unknown = Object.entries(fields).find(([key]) => key === 'fill_model')?.[1];
  const latency: unknown = Object.entries(fields).find(([key]) => key === 'latency_model')?.[1];
  return [
    [t('Venue'), names.join(' · ') || '–'],
    [t('Start balance'), started || '–'],
    [t('End balance'), ended || '–'],
    [t('Data'), [dataOf(run), instrumentOf(run)].filter(Boolean).join(' · ')],
    [t('Fill model'), fill === undefined ? t('default, no slippage') : modelName(fill)],
    [t('Latency'), latency === undefined ? t('none modelled') : modelName(latency)],
    ...(sources.length > 0 ? [[t('Modules'), sources.join(', ')] as [string, string]] : []),
    [t('Times'), zoneNote ?? zoneName],
    [
      t('Engine'),
      [
        versions?.nautilus_trader && `NautilusTrader ${versions.nautilus_trader}`,
        versions?.python && `Python ${versions.python}`,
      ]
        .filter(Boolean)
        .join(' · ') || '–',
    ],
  ];
}

export function pairs(rows: [name: string, value: string | Node][], mono = false): HTMLElement {
  const list = element('dl', { class: `pairs${mono ? ' parameters' : ''}` });
  for (const [name, value] of rows) {
    list.append(
      element('dt', { class: mono ? 'mono' : undefined }, name),
      element('dd', { class: mono ? 'mono' : undefined }, value),
    );
  }
  return list;
}

export function parameterPairs(run: RunRecord): [string, string][] {
  const code = codeOf(run);
  return [
    ...parametersOf(run),
    ...(code ? [[t('code'), `${code.file.split('/').at(-1)} · ${code.hash}`] as [string, string]] : []),
  ];
}

export function configName({ request }: RunRecord): string {
  const name = request.strategies[0]?.config_path?.split(':').at(-1);
  return name ?? (request.strategies[0] ? `${request.strategies[0].source.split(':').at(-1)}Config` : '');
}

function money(text: string): string {
  const [amount = '', currency = ''] = text.split(' ');
  return `${decimal(amount)} ${currency}`;
}

function modelName(model: unknown): string {
  const source =
    typeof model === 'object' && model !== null && 'source' in model ? String(model.source) : String(model);
  return source.split(':').at(-1) ?? source;
}
