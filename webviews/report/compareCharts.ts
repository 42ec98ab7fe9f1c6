import { colors } from '../charts/colors.ts';
import { chartFrame } from '../charts/frame.ts';
import { type LineStyle, LinesChart, type LinesData } from '../charts/lines.ts';
import { iconButton, segments } from '../controls.ts';
import { element } from '../elements.ts';
import { axisNumber, fixed, short, signed } from '../format.ts';
import { t } from '../strings.ts';
import { dayMinute, minute, zoneName } from '../time.ts';
import type { Compared } from './compareView.ts';
import type { EquityLine } from './equity.ts';

const dashes: (number[] | undefined)[] = [undefined, [8, 4], [2, 3], [8, 3, 2, 3], [12, 3]];

/** Equity and drawdown of several runs with one cursor and a letter at the end of each line. */
export class CompareCharts {
  readonly root: HTMLElement;
  private unit: 'money' | 'percent' = 'money';
  private mode: 'run' | 'difference' = 'run';
  private readonly legend = element('span', { class: 'row legend' });
  private readonly equity: LinesChart;
  private readonly drawdown: LinesChart;
  private readonly frames;
  private readonly times: number[];
  private readonly lines: (EquityLine | undefined)[];

  constructor(
    private readonly compared: Compared[],
    narrow: boolean,
  ) {
    this.lines = compared.map(({ lines }) => lines[0]);
    this.times = [...new Set(this.lines.flatMap((line) => line?.times ?? []))].sort((a, b) => a - b);
    const [tall, low, axisWidth] = narrow ? [180, 90, 44] : [300, 160, 64];
    this.frames = [chartFrame(t('Equity'), tall), chartFrame(t('Drawdown'), low)] as const;
    const shared = { axisWidth, cursorKey: 'compare' };
    this.equity = new LinesChart(
      {
        ...shared,
        root: this.frames[0].canvas,
        height: tall,
        timeAxis: false,
        lines: this.styles(),
        format: (value, step) =>
          this.unit === 'percent'
            ? `${signed(value, 1)}%`
            : narrow
              ? axisNumber(value, step)
              : fixed(value, step < 1 ? 2 : 0),
        onCursor: (index) => this.tell(index),
      },
      this.equityData(),
    );
    this.drawdown = new LinesChart(
      {
        ...shared,
        root: this.frames[1].canvas,
        height: low,
        timeAxis: true,
        lines: this.styles().map(({ letter: _, ...style }) => style),
        format: (value, step) => (value === 0 ? '0' : `${fixed(value, step < 0.1 ? 2 : step < 1 ? 1 : 0)}%`),
      },
      [
        this.times,
        ...this.lines.map((line) =>
          this.column(
            line,
            line?.drawdown.map((share) => share * 100),
          ),
        ),
      ],
    );
    this.root = this.build();
    this.tell(null);
    this.describe();
  }

  /** Draws again after a run was shown or hidden. */
  show(): void {
    this.equity.refresh();
    this.drawdown.refresh();
  }

  private build(): HTMLElement {
    const currency = this.lines[0]?.currency ?? '';
    const again = () => {
      this.equity.setData(this.equityData());
      this.tell(null);
    };
    const unit = segments(
      t('Unit'),
      [
        { value: 'money', text: currency },
        { value: 'percent', text: '%' },
      ],
      'money',
      (value) => {
        this.unit = value;
        again();
      },
    );
    const mode = segments(
      t('Shown'),
      [
        { value: 'run', text: t('Run') },
        { value: 'difference', text: t('Difference to A') },
      ],
      'run',
      (value) => {
        this.mode = value;
        again();
      },
    );
    return element(
      'section',
      { class: 'charts' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Equity')),
        this.legend,
        element(
          'div',
          { class: 'end' },
          unit,
          mode,
          iconButton('table', t('View as table'), () => this.toggleTable()),
        ),
      ),
      this.frames[0].root,
      element('div', { class: 'chart-title hint' }, t('Drawdown %')),
      this.frames[1].root,
    );
  }

  private styles(): LineStyle[] {
    return this.compared.map((one, i): LineStyle => {
      const dash = dashes[i];
      return {
        label: one.letter,
        letter: one.letter,
        color: () => (i === 0 ? colors().series : (colors().further[i - 1] ?? colors().fg)),
        width: i === 0 ? 1.75 : 1.25,
        shown: () => one.shown,
        ...(dash ? { dash } : {}),
      };
    });
  }

  private equityData(): LinesData {
    const columns = this.lines.map((line) => {
      const start = line?.values[0] ?? 1;
      return this.column(
        line,
        this.unit === 'money' ? line?.values : line?.values.map((value) => (value / start - 1) * 100),
      );
    });
    if (this.mode === 'run') return [this.times, ...columns];
    const held = columns.map(carriedOn);
    return [
      this.times,
      ...held.map((column) =>
        column.map((value, i) =>
          value === null || held[0]?.[i] === null ? null : value - (held[0]?.[i] ?? 0),
        ),
      ),
    ];
  }

  /** The values of one run at the times of all. */
  private column(line: EquityLine | undefined, values: number[] | undefined): (number | null)[] {
    const at = new Map(line?.times.map((time, i) => [time, values?.[i] ?? null]));
    return this.times.map((time) => at.get(time) ?? null);
  }

  private tell(index: number | null): void {
    const columns = this.equityData().slice(1) as (number | null)[][];
    const keys = this.compared.map(({ letter }, i) => {
      const column = carriedOn(columns[i] ?? []);
      const value = column[index ?? column.length - 1];
      const start = this.mode === 'run' && this.unit === 'money' ? (this.lines[i]?.values[0] ?? 0) : 0;
      const text =
        value === null || value === undefined
          ? ''
          : this.unit === 'percent'
            ? `${signed(value, 2)}%`
            : signed(value - start, 0);
      return element(
        'span',
        { class: 'row' },
        element('span', { class: `dash run-${letter}` }),
        element('span', { class: 'hint' }, `${letter} `, element('b', {}, text)),
      );
    });
    const when = index === null ? '' : t('at {0} {1}', dayMinute(this.times[index]), zoneName);
    this.legend.replaceChildren(...keys, element('span', { class: 'hint' }, when));
  }

  private toggleTable(): void {
    const columns = (this.equityData().slice(1) as (number | null)[][]).map(carriedOn);
    this.frames[0].toggleTable(() => ({
      heads: [t('Time ({0})', zoneName), ...this.compared.map(({ letter }) => letter)],
      rows: this.times.map((time, i) => [minute(time), ...columns.map((column) => fixed(column[i], 2))]),
    }));
  }

  private describe(): void {
    const parts = this.compared.map(({ letter }, i) => {
      const line = this.lines[i];
      return `${letter} ${short((line?.values.at(-1) ?? 0) - (line?.values[0] ?? 0))}`;
    });
    this.frames[0].describe(t('Equity of {0} runs: {1}', this.compared.length, parts.join(', ')));
    this.frames[1].describe(t('Drawdown of {0} runs', this.compared.length));
  }
}

function carriedOn(column: (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return column.map((value) => {
    last = value ?? last;
    return last;
  });
}
