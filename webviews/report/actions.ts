import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import { announce } from '../announce.ts';
import { button, textField } from '../controls.ts';
import { confirm, showDialog } from '../dialog.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { failureBand } from './bands.ts';
import type { Actions } from './header.ts';

export interface ActionsOptions {
  host: Host;
  root: HTMLElement;
  run(): RunRecord | undefined;
  show(runId: string): void;
  reload(): void;
  canvases(): HTMLCanvasElement[];
}

/** What the buttons of the report do: each is a call of a tool of the same server. */
export function reportActions({ host, root, run, show, reload, canvases }: ActionsOptions): Actions {
  const attempt = (work: (run: RunRecord) => Promise<void>) => () => {
    const current = run();
    if (!current) return;
    work(current).catch((error: unknown) => {
      const { message, next_step } = toErrorObject(error);
      root.querySelector('.action-failure')?.remove();
      const band = failureBand(message, next_step);
      band.classList.add('action-failure');
      root.querySelector('header')?.after(band);
    });
  };
  return {
    rerun: attempt(async ({ request, catalog }) => {
      const answer = await host.call('run_backtest', { ...request, catalog, mode: 'async' });
      show(z.object({ run_id: z.string() }).parse(answer).run_id);
    }),
    cancel: attempt(async ({ id }) => {
      await host.call('cancel_run', { run_id: id });
    }),
    compare: attempt(async (current) => chooseRuns(host, current)),
    openSource: (place) => host.openSource(place),
    exportAs: (format) => {
      if (format === 'png') return savePng(host, run()?.id ?? 'run', canvases());
      attempt(async ({ id }) => {
        const answer = await host.call('export_run', { run_id: id, format, overwrite: true });
        const { files } = z.object({ files: z.array(z.object({ path: z.string() })) }).parse(answer);
        const [first] = files;
        announce(t('Exported to {0}', first?.path ?? ''));
        if (first) host.openSource(first.path);
      })();
    },
    annotate: attempt(async (current) => annotate(host, current, reload)),
    baseline: attempt(async ({ id, baseline }) => {
      await host.call('annotate_run', { run_id: id, baseline: !baseline });
      reload();
    }),
    remove: attempt(async ({ id, baseline }) => {
      const sure = await confirm({
        title: t('Delete this run?'),
        text: [
          element(
            'p',
            { class: 'muted' },
            baseline
              ? t('It is the baseline. Its tables, log and sources are removed.')
              : t('Its tables, log and sources are removed.'),
          ),
        ],
        act: t('Delete run'),
        keep: t('Keep it'),
        danger: true,
      });
      if (!sure) return;
      await host.call('delete_runs', { run_ids: [id], force: true });
      reload();
    }),
    copyRequest: attempt(async ({ request, catalog }) => {
      host.copy(JSON.stringify({ ...request, catalog }, null, 2));
      announce(t('Copied'));
    }),
    openBlotter: attempt(async ({ id }) =>
      host.openPage({ page: 'blotter', source: `nautilus://runs/${encodeURIComponent(id)}` }),
    ),
  };
}

const Runs = z.object({
  runs: z.array(
    z.object({
      run_id: z.string(),
      status: z.string(),
      created_at: z.string(),
      strategies: z.array(z.string()),
      pnl: z.number().nullish(),
      pnl_currency: z.string().nullish(),
      orders: z.number().optional(),
    }),
  ),
});

/** Which runs to lay over this one. */
async function chooseRuns(host: Host, current: RunRecord): Promise<void> {
  const { runs } = Runs.parse(await host.call('list_runs', { status: 'completed', limit: 50 }));
  const others = runs.filter(({ run_id }) => run_id !== current.id);
  const list = element('div', { class: 'choices' });
  for (const { run_id, strategies, pnl, pnl_currency, created_at } of others) {
    const box = element('input', { type: 'checkbox', value: run_id });
    const money = pnl === null || pnl === undefined ? '' : `${pnl.toFixed(2)} ${pnl_currency ?? ''}`;
    list.append(
      element(
        'label',
        { class: 'row' },
        box,
        element('span', { class: 'clip' }, strategies.map((one) => one.split(':').at(-1)).join(', ')),
        element('span', { class: 'muted' }, created_at.slice(0, 16).replace('T', ' ')),
        element('span', { class: 'number grow' }, money),
      ),
    );
  }
  if (others.length === 0)
    list.append(element('p', { class: 'muted' }, t('There is no other completed run yet.')));
  const go = () => {
    const chosen = [...list.querySelectorAll('input')]
      .filter(({ checked }) => checked)
      .map(({ value }) => value);
    box.remove();
    if (chosen.length > 0) host.openPage({ page: 'compare', runs: [current.id, ...chosen.slice(0, 4)] });
  };
  const box = showDialog(
    t('Compare with…'),
    [element('p', { class: 'muted' }, t('One to four other runs.')), list],
    [button(t('Compare'), 'primary', go), button(t('Close'), 'secondary', () => box.remove())],
  );
}

async function annotate(host: Host, { id, note, tags }: RunRecord, reload: () => void): Promise<void> {
  let [text, tagText] = [note ?? '', tags.join(', ')];
  const noteField = textField(t('Note'), text, (value) => {
    text = value;
  });
  const tagField = textField(t('Tags, separated by commas'), tagText, (value) => {
    tagText = value;
  });
  const save = async () => {
    box.remove();
    const list = tagText
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean);
    await host.call('annotate_run', { run_id: id, note: text, tags: list });
    reload();
  };
  const field = (label: string, control: HTMLElement) =>
    element('div', { class: 'field' }, element('span', { class: 'muted' }, label), control);
  const box = showDialog(
    t('Note and tags'),
    [field(t('Note'), noteField), field(t('Tags'), tagField)],
    [button(t('Save'), 'primary', () => void save()), button(t('Close'), 'secondary', () => box.remove())],
  );
}

/** The charts below one another as one picture. */
function savePng(host: Host, name: string, canvases: HTMLCanvasElement[]): void {
  const width = Math.max(1, ...canvases.map((one) => one.width));
  const sheet = document.createElement('canvas');
  sheet.width = width;
  sheet.height = canvases.reduce((so, one) => so + one.height, 0);
  const context = sheet.getContext('2d');
  if (!context) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, sheet.width, sheet.height);
  let top = 0;
  for (const one of canvases) {
    context.drawImage(one, 0, top);
    top += one.height;
  }
  host.save(`${name}.png`, sheet.toDataURL('image/png'));
}
