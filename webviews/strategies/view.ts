import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import { CheckStrategyResult, StrategyPage, type StrategyRow } from '../../server/protocol/strategies.ts';
import { announce } from '../announce.ts';
import { button, dropdown, iconButton } from '../controls.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { failureBand } from '../report/bands.ts';
import { emptyView } from '../report/states.ts';
import { plural, t } from '../strings.ts';
import { Tabs } from '../tabs.ts';
import { showTimesOf } from '../time.ts';
import { checking, checkLines, findings, type Refusal } from './checks.ts';
import { dataSection, type Period } from './dataSection.ts';
import { DeploySection } from './deploy.ts';
import { type Config, ConfigForm } from './form.ts';
import {
  type Catalog,
  type Market,
  marketOfDefaults,
  marketOfRun,
  readCatalog,
  settledBy,
  venuesOfMarket,
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
  private readonly period: Period = {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopProgress = () => {};
  private readonly head = element('header', { class: 'header' });
  private readonly checks = element('section', { class: 'checks', 'aria-label': t('Checks') });
  private readonly parameters = element('section', { 'aria-label': t('Parameters') });
  private readonly data = element('section', { 'aria-label': t('Data and venue') });
  private readonly runList = element('section', { 'aria-label': t('Runs') });
  private readonly progress = element('section', { 'aria-label': t('Run in progress') });
  private readonly bar = element('footer', { class: 'run-bar' });
  private readonly panel = element('div', { class: 'sections', role: 'tabpanel' });
  private readonly deploy: DeploySection;
  private tab = 'backtest';

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
    private readonly narrow: boolean,
    profiles: string[],
  ) {
    this.deploy = new DeploySection({
      host,
      profiles,
      source: () => this.strategy?.source,
      config: () => this.form?.value() ?? {},
      problem: () => this.form?.problems()[0],
    });
  }

  async start(wanted: string | undefined, defaults: string | undefined): Promise<void> {
    const [listed, catalog] = await Promise.all([
      this.host.call('list_strategies', { limit: 1000 }),
      readCatalog(this.host),
    ]);
    this.catalog = catalog;
    this.strategies = StrategyPage.parse(listed).strategies.filter(({ kind }) => kind === 'strategy');
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
    const tabs = new Tabs(t('What to do'), 'backtest', (id) => this.openTab(id));
    tabs.show([
      { id: 'backtest', title: t('Backtest') },
      { id: 'deploy', title: t('Deploy') },
    ]);
    this.root.replaceChildren(this.head, tabs.root, this.panel, this.bar);
    this.openTab('backtest');
    addEventListener('keydown', (event) => {
      const isRun = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (isRun && this.tab === 'backtest') void this.run();
    });
    await this.choose(first);
  }

  regions(): HTMLElement[] {
    const below = this.tab === 'backtest' ? [this.data, this.runList] : [this.deploy.root];
    return [this.head, this.checks, this.parameters, ...below, this.bar];
  }

  /** The class is checked and its parameters are set the same for both; what it then runs on differs. */
  private openTab(id: string): void {
    this.tab = id;
    this.panel.id = `panel-${id}`;
    this.panel.setAttribute('aria-labelledby', `tab-${id}`);
    const isDeploy = id === 'deploy';
    this.panel.replaceChildren(
      this.checks,
      this.parameters,
      ...(isDeploy ? [this.deploy.root] : [this.data, this.runList, this.progress]),
    );
    if (isDeploy) this.deploy.open();
    else this.deploy.close();
    this.drawBar();
  }

  private async choose(strategy: Strategy): Promise<void> {
    this.strategy = strategy;
    this.host.keep({ source: strategy.source });
    this.drawHead(undefined);
    this.checks.replaceChildren(...checking());
    this.runs = await readRuns(this.host, strategy.source);
    const last = this.runs.find(({ record }) => record.request.data.length > 0)?.record;
    const markets = last ? [marketOfRun(last.id, last.request, last.catalog), ...this.markets] : this.markets;
    this.market = markets[0];
    if (this.market) showTimesOf(venuesOfMarket(this.market));
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
    refusal: Refusal | undefined,
  ): void {
    const found = findings(this.form?.problems() ?? [], answer, refusal);
    this.checks.replaceChildren(...checkLines(found, this.host.openSource));
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
    const { host, market, period } = this;
    this.data.replaceChildren(
      ...dataSection({
        ...{ host, markets, market, period },
        onMarket: (next) => {
          this.market = next;
          this.form?.set({ ...this.form.value(), ...this.settled() });
          this.drawData(markets);
        },
        onPeriod: () => this.drawBar(),
      }),
    );
  }

  private drawRuns(): void {
    const use = (record: RunRecord) => this.form?.set(record.request.strategies[0]?.config ?? {});
    this.runList.replaceChildren(runsTable(this.runs, { host: this.host, narrow: this.narrow, use }));
  }

  private drawBar(): void {
    if (this.tab === 'deploy') {
      this.bar.replaceChildren(this.deploy.actions);
      this.deploy.draw();
      return;
    }
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
