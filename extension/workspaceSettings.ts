import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { l10n } from 'vscode';
import * as z from 'zod';
import { QuarterdeckError } from '../server/protocol/errors.ts';
import { WorkspaceSettings } from '../server/protocol/settings.ts';

/** What `quarterdeck.json` of the folder says; its defaults when there is none. @throws QuarterdeckError INVALID_CONFIG */
export async function readWorkspaceSettings(folder: string): Promise<WorkspaceSettings> {
  const file = path.join(folder, 'quarterdeck.json');
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return WorkspaceSettings.parse(JSON.parse(text));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : String(error);
    const message = l10n.t('quarterdeck.json is not valid: {0}.', what);
    throw new QuarterdeckError('INVALID_CONFIG', message, l10n.t('Correct it and run again.'), {
      path: file,
    });
  }
}
