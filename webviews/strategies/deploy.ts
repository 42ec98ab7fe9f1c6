import * as z from 'zod';
import { announce } from '../announce.ts';
import { button, dropdown, linkButton } from '../controls.ts';
import { confirm } from '../dialog.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { failureBand } from '../report/bands.ts';
import { plural, t } from '../strings.ts';
import { minute, zoneName } from '../time.ts';
import type { Config } from './form.ts';

const Strategies = z.array(
  z.object({
    strategy_id: z.string(),
    source: z.string().nullish(),
    state: z.string(),
    reason: z.string().nullish(),
    deployed_at: z.string(),
    orders: z.number(),
    positions_open: z.number(),
  }),
);
const NodeState = z.object({
  node: z.string(),
  kind: z.string(),
  state: z.string(),
  synthetic: z.boolean().default(false),
  instruments: z.array(z.string()).default([]),
  strategies: Strategies.default([]),
});
type NodeState = z.infer<typeof NodeState>;
const Listed = z.object({
  nodes: z.array(z.object({ node: z.string(), kind: z.string(), state: z.string(), uri: z.string() })),
});

export interface DeployOptions {
  host: Host;
  /** Names of the profiles of quarterdeck.json. */
  profiles: string[];
  source(): string | undefined;
  config(): Config;
  /** What keeps it from being started. */
  problem(): string | undefined;
}

const builtIn = ['demo', 'replay', 'practice'];
const every = 2000;
const over = ['stopped', 'failed', 'stopping'];

/** Starting the strategy in a trading node, and what runs there. Only what the page shows is sent. */
export class DeploySection {
  readonly root = element('section', { 'aria-label': t('Deploy') });
  readonly actions = element('div', { class: 'row grow' });
  private nodes: z.infer<typeof Listed>['nodes'] = [];
  private chosen = '';
  private node: NodeState | undefined;
  private working: string | undefined;
  /** What is on the screen: it is drawn again only when it is another. */
  private drawn = '';
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: DeployOptions) {}

  /** Looks at the nodes while the tab is open. */
  open(): void {
    void this.look();
    this.timer ??= setInterval(() => void this.look(), every);
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The strategy or its config is another. */
  draw(): void {
    this.drawNode();
    this.drawActions();
  }

  private async look(): Promise<void> {
    if (document.hidden || this.working !== undefined) return;
    const { host } = this.options;
    try {
      const { nodes } = Listed.parse(await host.read('nautilus://nodes'));
      this.nodes = nodes.filter(({ state }) => !over.includes(state));
      const known = this.nodes.find(({ uri }) => uri === this.chosen);
      if (!known && !this.chosen.startsWith('profile ')) {
        this.chosen = this.nodes[0]?.uri ?? `profile ${this.options.profiles[0] ?? builtIn[0] ?? ''}`;
      }
      const uri = this.nodes.find(({ uri }) => uri === this.chosen)?.uri;
      this.node = uri === undefined ? undefined : NodeState.parse(await host.read(uri));
      const now = JSON.stringify([this.nodes, this.chosen, this.node]);
      if (now !== this.drawn) this.draw();
      this.drawn = now;
    } catch (error) {
      this.refuse(error);
    }
  }

  private drawNode(): void {
    const choices = [
      ...this.nodes.map(({ node, kind, state, uri }) => ({
        value: uri,
        text: `${node} · ${kind} · ${state}`,
      })),
      ...[...this.options.profiles, ...builtIn].map((name) => ({
        value: `profile ${name}`,
        text: t('Start a node: {0}', name),
      })),
    ];
    const focused = this.root.contains(document.activeElement);
    if (focused && document.activeElement?.tagName === 'QD-DROPDOWN') {
      this.drawRunning();
      return;
    }
    const picker = dropdown(t('Node'), choices, this.chosen, (value) => {
      this.chosen = value;
      this.node = undefined;
      void this.look().then(() => this.draw());
    });
    this.root.replaceChildren(
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Node')),
        element('span', { class: 'hint' }, this.node ? nodeWords(this.node) : t('started when you deploy')),
      ),
      element(
        'div',
        { class: 'form-row' },
        element('span', { class: 'muted name' }, t('Node')),
        element(
          'span',
          { class: 'control' },
          picker,
          this.node &&
            linkButton(t('Open orders'), () =>
              this.options.host.openPage({ page: 'blotter', source: this.chosen }),
            ),
        ),
      ),
      element('div', { class: 'running' }),
    );
    this.drawRunning();
  }

  private drawRunning(): void {
    const box = this.root.querySelector('.running');
    const strategies = this.node?.strategies ?? [];
    if (!box) return;
    const head = element(
      'div',
      { class: 'section-head' },
      element('h2', {}, t('Strategies there')),
      element('span', { class: 'hint' }, strategies.length === 0 ? t('none yet') : zoneName),
    );
    const heads = [t('Strategy'), t('State'), t('Since'), t('Orders'), t('Positions'), ''];
    const rows = strategies.map(({ strategy_id, state, reason, deployed_at, orders, positions_open }) =>
      element(
        'tr',
        {},
        element('td', {}, strategy_id),
        element(
          'td',
          { class: state === 'RUNNING' ? undefined : 'muted', title: reason ?? undefined },
          reason ? `${state.toLowerCase()}: ${reason}` : state.toLowerCase(),
        ),
        element('td', {}, minute(Date.parse(deployed_at))),
        element('td', { class: 'number' }, String(orders)),
        element('td', { class: 'number' }, String(positions_open)),
        element(
          'td',
          { class: 'number' },
          state === 'RUNNING' && linkButton(t('Stop…'), () => void this.stop(strategy_id, positions_open)),
        ),
      ),
    );
    const table = element(
      'table',
      { class: 'deployed', 'aria-label': t('Strategies there') },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...heads.map((one, i) =>
            element(
              'th',
              { scope: 'col', class: i > 2 ? 'number' : undefined },
              one || element('span', { class: 'sr-only' }, t('Actions')),
            ),
          ),
        ),
      ),
      element('tbody', {}, ...rows),
    );
    box.replaceChildren(head, ...(rows.length > 0 ? [table] : []));
  }

  private drawActions(): void {
    const because = this.working ?? this.options.problem();
    const where = this.node?.node ?? this.chosen.replace('profile ', '');
    this.actions.replaceChildren(
      button(t('Deploy'), 'primary', () => void this.deploy(), { icon: 'play', disabledBecause: because }),
      element(
        'span',
        { class: 'muted clip', role: this.working ? 'status' : undefined },
        because ??
          (this.node
            ? t('into {0}, with the parameters above', where)
            : t('into a new node {0}, with the parameters above', where)),
      ),
    );
  }

  /** Real money is asked about by the server itself, with the exact arguments. */
  private async deploy(): Promise<void> {
    const { host, source, config, problem } = this.options;
    const what = source();
    if (!what || problem() !== undefined || this.working !== undefined) return;
    await this.attempt(t('Deploying…'), async () => {
      let name = this.node?.node;
      if (name === undefined) {
        const profile = this.chosen.replace('profile ', '');
        const started = NodeState.parse(await host.call('initialize_trading_node', { profile }));
        name = started.node;
        this.chosen = `nautilus://nodes/${encodeURIComponent(name)}`;
      }
      await host.call('deploy_strategy', { node: name, source: what, config: config() });
      announce(t('{0} runs in {1}.', what.split(':').at(-1) ?? what, name));
    });
  }

  private async stop(strategy: string, positions: number): Promise<void> {
    const node = this.node?.node;
    const sure = await confirm({
      title: t('Stop {0}?', strategy),
      text: [
        element(
          'p',
          { class: 'muted' },
          positions > 0
            ? t('Its open orders are cancelled; {0} stay open.', plural(positions, 'position', 'positions'))
            : t('Its open orders are cancelled.'),
        ),
      ],
      act: t('Stop it'),
      keep: t('Let it run'),
      danger: true,
    });
    if (!sure || !node) return;
    await this.attempt(t('Stopping…'), () =>
      this.options.host.call('stop_strategy', { node, strategy_id: strategy }),
    );
  }

  private async attempt(words: string, work: () => Promise<unknown>): Promise<void> {
    this.working = words;
    this.root.querySelector('.action-failure')?.remove();
    this.drawActions();
    try {
      await work();
    } catch (error) {
      this.refuse(error);
    }
    this.working = undefined;
    await this.look();
    this.drawActions();
  }

  private refuse(error: unknown): void {
    const { message, next_step } = toErrorObject(error);
    this.root.querySelector('.action-failure')?.remove();
    const band = failureBand(message, next_step);
    band.classList.add('action-failure');
    this.root.prepend(band);
  }
}

function nodeWords({ kind, state, synthetic, instruments }: NodeState): string {
  const shown = instruments.slice(0, 4).join(', ');
  return [kind, state, synthetic && t('synthetic data'), shown].filter(Boolean).join(' · ');
}
