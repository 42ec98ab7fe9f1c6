import { l10n, window } from 'vscode';
import type { App } from '../app.ts';
import { listRuns, RunRow } from '../views/runs.ts';
import { nameOf, pnlOf, shortTime } from '../views/runWords.ts';

/** The runs a command is for: those it was called on, else those the person picks. */
export interface RunChoice {
  title: string;
  /** Passed on to `list_runs`. */
  filter?: object;
  /** Of those only these. */
  only?: (run: RunRow) => boolean;
}

/** @returns undefined when nobody picks one. @throws QuarterdeckError */
export async function pickRun(
  app: App,
  target: unknown,
  { title, filter, only = () => true }: RunChoice,
): Promise<RunRow | undefined> {
  const known = RunRow.safeParse(target).data;
  if (known) return known;
  const { runs } = await listRuns(app.client, filter);
  const named = runs.find(({ run_id }) => run_id === target);
  if (named) return named;
  const items = runs.filter(only).map(toItem);
  return (
    await window.showQuickPick(items, { title, placeHolder: l10n.t('Which run?'), matchOnDescription: true })
  )?.run;
}

/** Two to five runs, as the view's selection or as picked. @throws QuarterdeckError */
export async function pickRuns(app: App, targets: unknown, title: string): Promise<string[] | undefined> {
  const given = Array.isArray(targets) ? targets : [];
  const ids = given.flatMap((row) =>
    typeof row === 'string' ? row : (RunRow.safeParse(row).data?.run_id ?? []),
  );
  if (ids.length > 1) return ids;
  const { runs } = await listRuns(app.client, { status: 'completed' });
  const items = runs.map((run) => ({ ...toItem(run), picked: ids.includes(run.run_id) }));
  const placeHolder = l10n.t('Two to five runs; the first is what the others are measured against.');
  const picked = await window.showQuickPick(items, { title, placeHolder, canPickMany: true });
  return picked && picked.length > 1 ? picked.map(({ run }) => run.run_id) : undefined;
}

function toItem(run: RunRow) {
  return {
    label: nameOf(run),
    description: [pnlOf(run), shortTime(run.created_at), ...run.tags].filter(Boolean).join(' · '),
    run,
  };
}
