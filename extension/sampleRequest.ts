import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { window } from 'vscode';
import * as z from 'zod';
import type { DataItem } from '../server/protocol/data.ts';
import { QuarterdeckError } from '../server/protocol/errors.ts';
import { BacktestDefaults, WorkspaceSettings } from '../server/protocol/settings.ts';
import type { StrategyRow } from '../server/protocol/strategies.ts';
import type { App } from './app.ts';

type Template = z.infer<typeof BacktestDefaults>;

/** A strategy as `list_strategies` tells it. */
export type Strategy = z.infer<typeof StrategyRow>;

/**
 * The request for one strategy: what `quarterdeck.json` says under `defaults.backtest`, else our sample data,
 * with the strategy's config filled in from the data and, where nothing is known, by asking.
 *
 * @returns undefined when the person does not answer.
 * @throws QuarterdeckError
 */
export async function sampleRequest(app: App, strategy: Strategy): Promise<object | undefined> {
  const template = (await workspaceTemplate(app.server.folder)) ?? (await shippedTemplate(app.extensionPath));
  const config = await fillConfig(strategy, template);
  return config && { ...template, strategies: [{ source: strategy.source, config }] };
}

async function workspaceTemplate(folder: string): Promise<Template | undefined> {
  const file = path.join(folder, 'quarterdeck.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return WorkspaceSettings.parse(JSON.parse(text)).defaults.backtest;
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : String(error);
    throw new QuarterdeckError(
      'INVALID_CONFIG',
      `quarterdeck.json is not valid: ${what}.`,
      'Correct it and run again.',
      {
        path: file,
      },
    );
  }
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
    prompt: `${field.name} (${field.type}) has no default.`,
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
