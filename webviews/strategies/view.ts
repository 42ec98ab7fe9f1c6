import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import {
  CheckStrategyResult,
  ListStrategiesResult,
  type StrategyRow,
} from '../../server/protocol/strategies.ts';
import { announce } from '../announce.ts';
import { button, dropdown, iconButton, textField } from '../controls.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { failureBand } from '../report/bands.ts';
import { sourceLink } from '../report/header.ts';
import { emptyView } from '../report/states.ts';
import { plural, t } from '../strings.ts';
import { Tabs } from '../tabs.ts';
import { clock, zoneName } from '../time.ts';
import { type Config, ConfigForm } from './form.ts';
import {
  type Catalog,
  type Market,
  marketOfDefaults,
  marketOfRun,
  readCatalog,
  settledBy,
  venueWords,
} from './market.ts';
import { progressSection } from './progress.ts';
import { type RunRow, readRuns, runsTable } from './runs.ts';
import { type Field, fieldsOf } from './schema.ts';

type Strategy = z.infer<typeof StrategyRow>;
const checkAfter = 600;

/** The strategies of the workspace: their parameters, what they run on, what came of it. */
export class StrategiesView {
  private strategies: Strategy[] = [];
  private strategy: Strategy | undefined;
  private catalog: Catalog = { instruments: [], bars: [], markets: [] };
  private markets: Market[] = [];
  private market: Market | undefined;
  private fields: Field[] = [];
  private form: ConfigForm | undefined;
  private runs: RunRow[] = [];
  private period: { start?: string | undefined; end?: string | undefined } = {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopProgress = () => {};
  private readonly head = element('header', { class: 'header' });
  private readonly checks = element('section', { class: 'checks', 'aria-label': t('Checks') });
  private readonly parameters = element('section', { 'aria-label': t('Parameters') });
  private readonly data = element('section', { 'aria-label': t('Data and venue') });
  private readonly runList = element('section', { 'aria-label': t('Runs') });
  private readonly progress = element('section', { 'aria-label': t('Run in progress') });
  private readonly bar = element('footer', { class: 'run-bar' });

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
    private readonly narrow: boolean,
  ) {}

  async start(wanted: string | undefined, defaults: string | undefined): Promise<void> {
    const [listed, catalog] = await Promise.all([
      this.host.call('list_strategies', {}),
      readCatalog(this.host),
    ]);
    this.catalog = catalog;
    this.strategies = ListStrategiesResult.parse(listed).strategies.filter(({ kind }) => kind === 'strategy');
    const first =
      this.strategies.find(
        ({ file, source }) =>
          wanted !== undefined && (source === wanted || wanted.endsWith(file) || file.endsWith(wanted)),
      ) ?? this.strategies[0];
    if (!first) {
      this.root.replaceChildren(
        emptyView(t('No strategy yet'), t('A Python file with a class derived from Strategy appears here.')),
      );
      return;
    }
    this.markets = [...marketOfDefaults(defaults), ...catalog.markets];
    const tabs = new Tabs(t('What to do'), 'backtest', () => {});
    tabs.show([{ id: 'backtest', title: t('Backtest') }]);
    const panel = element(
      'div',
      { class: 'sections', role: 'tabpanel', id: 'panel-backtest', 'aria-labelledby': 'tab-backtest' },
      this.checks,
      this.parameters,
      this.data,
      this.runList,
      this.progress,
    );
    this.root.replaceChildren(this.head, tabs.root, panel, this.bar);
    addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.run();
    });
    await this.choose(first);
  }

  regions(): HTMLElement[] {
    return [this.head, this.checks, this.parameters, this.data, this.runList, this.bar];
  }

  private async choose(strategy: Strategy): Promise<void> {
    this.strategy = strategy;
    this.host.keep({ source: strategy.source });
    this.drawHead(undefined);
    this.checks.replaceChildren(
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Checks')),
        element('span', { class: 'hint', role: 'status' }, t('checking…')),
      ),
    );
    this.runs = await readRuns(this.host, strategy.source);
    const last = this.runs.find(({ record }) => record.request.data.length > 0)?.record;
    const markets = last ? [marketOfRun(last.id, last.request, last.catalog), ...this.markets] : this.markets;
    this.market = markets[0];
    await this.check(undefined);
    const config: Config = last?.request.strategies[0]?.config ?? {};
    this.form = new ConfigForm(this.fields, { ...this.settled(), ...config }, this.catalog, () =>
      this.changed(),
    );
    this.drawParameters(last);
    this.drawData(markets);
    this.drawRuns();
    this.drawBar();
    void this.check(this.form.value());
  }

  private settled(): Config {
    if (!this.market) return {};
    const { instrument, bars } = settledBy(this.market);
    return Object.fromEntries(
      this.fields.flatMap(({ name, kind }): [string, unknown][] => {
        if (kind === 'instrument' && instrument) return [[name, instrument]];
        return kind === 'bars' && bars ? [[name, bars]] : [];
      }),
    );
  }

  private changed(): void {
    this.drawBar();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(this.form?.value()), checkAfter);
  }

  /** Imports the class, and judges the config when there is one. */
  private async check(config: Config | undefined): Promise<void> {
    const { strategy } = this;
    if (!strategy || (config && (this.form?.problems().length ?? 0) > 0))
      return this.drawChecks(undefined, undefined);
    try {
      const answer = CheckStrategyResult.parse(
        await this.host.call('check_strategy', { source: strategy.source, ...(config ? { config } : {}) }),
      );
      if (this.strategy !== strategy) return;
      if (this.fields.length === 0 || config === undefined) {
        this.fields = fieldsOf(answer.config_schema, new Set(strategy.config_fields.map(({ name }) => name)));
      }
      this.drawChecks(answer, undefined);
    } catch (error) {
      if (config === undefined) this.fields = [];
      this.drawChecks(undefined, toErrorObject(error));
    }
  }

  private drawHead(result: { problems: number } | undefined): void {
    const { strategy, strategies } = this;
    if (!strategy) return;
    const picker = dropdown(
      t('Strategy'),
      strategies.map(({ source, name }) => ({ value: source, text: name })),
      strategy.source,
      (source) => {
        const next = strategies.find((one) => one.source === source);
        if (next) void this.choose(next);
      },
    );
    const verdict =
      result &&
      (result.problems > 0
        ? element(
            'span',
            { class: 'row warn' },
            icon('warning'),
            plural(result.problems, 'warning', 'warnings'),
          )
        : element('span', { class: 'row muted' }, icon('check'), t('checked')));
    this.head.replaceChildren(
      element(
        'div',
        { class: 'text' },
        element('h1', { class: 'sr-only' }, strategy.name),
        icon('strategy'),
        picker,
        element('span', { class: 'muted clip' }, strategy.file),
      ),
      element(
        'div',
        { class: 'actions' },
        verdict,
        iconButton('goToFile', t('Open source'), () =>
          this.host.openSource(`${strategy.file}:${strategy.line}`),
        ),
      ),
    );
  }

  private drawChecks(
    answer: z.infer<typeof CheckStrategyResult> | undefined,
    error: { message: string; path?: string | undefined; next_step: string } | undefined,
  ): void {
    const problems = this.form?.problems() ?? [];
    const line = (kind: 'warning' | 'error', fact: string, rest: string, place?: string) =>
      element(
        'div',
        { class: `check ${kind}` },
        icon(kind),
        element('span', { class: 'grow' }, element('strong', {}, fact), ' ', rest),
        place && /\.py:\d+$/.test(place) && sourceLink(place, this.host.openSource),
      );
    const found = [
      ...problems.map((text) => line('warning', `${text}.`, '')),
      ...(error ? [line('error', error.message, error.next_step, error.path)] : []),
      ...(answer?.problems ?? []).map(({ message, next_step, path }) =>
        line('warning', message, next_step, path),
      ),
      ...(answer?.warnings ?? []).map(({ message, next_step }) => line('warning', message, next_step)),
    ];
    const clear = element(
      'div',
      { class: 'check muted' },
      icon('check'),
      t('The class imports, its config is understood, and its source shows no known mistake.'),
    );
    this.checks.replaceChildren(
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Checks')),
        element('span', { class: 'hint' }, t('ran at {0} {1}', clock(Date.now()), zoneName)),
      ),
      ...(found.length > 0 ? found : [clear]),
    );
    this.drawHead({ problems: found.length });
  }

  private drawParameters(last: RunRecord | undefined): void {
    const { form, strategy } = this;
    if (!form) return;
    const from = dropdown(
      t('Take from'),
      [...(last ? [{ value: 'last', text: t('Last run') }] : []), { value: 'defaults', text: t('Defaults') }],
      last ? 'last' : 'defaults',
      (value) =>
        form.set({ ...this.settled(), ...(value === 'last' ? last?.request.strategies[0]?.config : {}) }),
    );
    this.parameters.replaceChildren(
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Parameters')),
        element('span', { class: 'hint' }, strategy?.config_class ?? ''),
        element(
          'div',
          { class: 'end' },
          from,
          iconButton('json', t('Copy as JSON'), () => this.host.copy(JSON.stringify(form.value(), null, 2))),
        ),
      ),
      form.root,
    );
  }

  private drawData(markets: Market[]): void {
    const { market } = this;
    const row = (label: string, ...content: (Node | string)[]) =>
      element(
        'div',
        { class: 'form-row' },
        element('span', { class: 'muted name' }, label),
        element('span', { class: 'control' }, ...content),
      );
    if (!market) {
      this.data.replaceChildren(
        element('div', { class: 'section-head' }, element('h2', {}, t('Data and venue'))),
        element(
          'p',
          { class: 'muted' },
          t('The catalog is empty and quarterdeck.json names no data. Import data first.'),
        ),
      );
      return;
    }
    const picker = dropdown(
      t('Data'),
      markets.map(({ id, title, note }) => ({ value: id, text: `${title} (${note})` })),
      market.id,
      (id) => {
        this.market = markets.find((one) => one.id === id) ?? market;
        this.form?.set({ ...this.form.value(), ...this.settled() });
        this.drawData(markets);
      },
    );
    const [start, end] = [
      this.period.start ?? String(market.request.start ?? ''),
      this.period.end ?? String(market.request.end ?? ''),
    ];
    const time = (label: string, value: string, name: 'start' | 'end') => {
      const input = textField(
        label,
        value,
        (text) => {
          this.period[name] = text.trim() || undefined;
          this.drawBar();
        },
        {
          placeholder:
            name === 'start' ? (market.start ?? t('from the first')) : (market.end ?? t('to the last')),
        },
      );
      input.className = 'time';
      return input;
    };
    this.data.replaceChildren(
      element('div', { class: 'section-head' }, element('h2', {}, t('Data and venue'))),
      row(t('Data'), picker),
      row(
        t('Period'),
        time(t('Start'), start, 'start'),
        element('span', { class: 'muted' }, '→'),
        time(t('End'), end, 'end'),
        element('span', { class: 'muted' }, zoneName),
      ),
      row(t('Venue'), venueWords(market)),
    );
  }

  private drawRuns(): void {
    const use = (record: RunRecord) => this.form?.set(record.request.strategies[0]?.config ?? {});
    this.runList.replaceChildren(runsTable(this.runs, { host: this.host, narrow: this.narrow, use }));
  }

  private drawBar(): void {
    const problems = this.form?.problems() ?? [];
    const because = !this.market ? t('there are no data to run on') : problems[0];
    this.bar.replaceChildren(
      button(t('Run backtest'), 'primary', () => void this.run(), {
        icon: 'play',
        disabledBecause: because,
        title: 'Ctrl+Enter',
      }),
      element('span', { class: 'muted clip' }, because ?? this.differences()),
    );
  }

  /** What would be new against the last run. */
  private differences(): string {
    const last = this.runs[0]?.record.request.strategies[0]?.config;
    if (!last) return t('first run');
    const now = this.form?.value() ?? {};
    const names = [...new Set([...Object.keys(last), ...Object.keys(now)])].filter((name) => {
      const usual = this.fields.find((field) => field.name === name)?.default;
      return JSON.stringify(now[name] ?? usual) !== JSON.stringify(last[name] ?? usual);
    });
    return names.length === 0
      ? t('same parameters as the last run')
      : t(
          'against the last run: {0}',
          names.map((name) => `${name} ${JSON.stringify(now[name] ?? t('default'))}`).join(', '),
        );
  }

  private async run(): Promise<void> {
    const { strategy, market, form } = this;
    if (!strategy || !market || !form || form.problems().length > 0) return;
    this.root.querySelector('.action-failure')?.remove();
    try {
      const { start, end } = this.period;
      const request = {
        ...market.request,
        strategies: [{ source: strategy.source, config: form.value() }],
        ...(start ? { start } : {}),
        ...(end ? { end } : {}),
        mode: 'async',
      };
      const { run_id } = z
        .object({ run_id: z.string() })
        .parse(await this.host.call('run_backtest', request));
      announce(t('The backtest has started.'));
      this.follow(run_id);
    } catch (error) {
      const { message, next_step } = toErrorObject(error);
      const band = failureBand(message, next_step);
      band.classList.add('action-failure');
      this.bar.before(band);
    }
  }

  private follow(run: string): void {
    this.stopProgress();
    this.stopProgress = progressSection(this.progress, this.host, run, async (record) => {
      if (!this.strategy) return;
      this.runs = await readRuns(this.host, this.strategy.source);
      this.drawRuns();
      this.drawBar();
      announce(
        record.status === 'completed'
          ? t('The backtest is finished.')
          : t('The backtest {0}.', record.status),
      );
    });
  }
}
