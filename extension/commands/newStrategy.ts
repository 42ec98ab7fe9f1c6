import { l10n, Uri, window } from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';

const templates = [
  { label: 'blank', detail: l10n.t('Subscribes to bars; the rules are yours to write') },
  { label: 'trend', detail: l10n.t('Breakout entry, trailing stop in average true ranges') },
  { label: 'mean_reversion', detail: l10n.t('Bollinger bands and RSI, bracket orders') },
  { label: 'buy_and_hold', detail: l10n.t('The baseline every other strategy has to beat') },
];

/** Writes a new strategy file and opens it. */
export async function newStrategy(app: App): Promise<void> {
  const template = await window.showQuickPick(templates, {
    title: l10n.t('New Strategy'),
    placeHolder: l10n.t('Start from…'),
  });
  const name = template && (await askName());
  if (!name) return;
  const created = await app.client.call(
    'create_strategy',
    { name, template: template.label },
    z.object({ file: z.string() }),
  );
  app.views.refresh();
  await window.showTextDocument(Uri.file(created.file));
}

function askName(): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('New Strategy'),
    prompt: l10n.t('Class name in PascalCase, for example {0}.', 'GapFade'),
    validateInput: (text) =>
      /^[A-Z][A-Za-z0-9]{0,63}$/.test(text)
        ? undefined
        : l10n.t('Letters and digits, beginning with a capital.'),
  });
}
