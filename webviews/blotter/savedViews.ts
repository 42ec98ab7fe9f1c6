import * as z from 'zod';
import { button, textField } from '../controls.ts';
import { showDialog } from '../dialog.ts';
import { element } from '../elements.ts';
import type { Host } from '../host.ts';
import { type MenuItem, openMenu } from '../menu.ts';
import { t } from '../strings.ts';
import { groupings } from './arrangement.ts';
import { groups } from './states.ts';

/** How the grid is looked at: what is shown, in which columns, in which order. */
export const Arranged = z.object({
  filter: z.string().default(''),
  groups: z.array(z.enum(groups)).default([]),
  grouping: z.enum(groupings).default('state'),
  columns: z.array(z.string()).default([]),
  sort: z.object({ column: z.string(), ascending: z.boolean() }).optional(),
});
export type Arranged = z.infer<typeof Arranged>;

const SavedView = Arranged.extend({ name: z.string() });
type SavedView = z.infer<typeof SavedView>;
const Saved = z.array(SavedView);
const key = 'blotterViews';

/** Views with a name, the same in every blotter of the workspace. */
export class SavedViews {
  private views: SavedView[];

  constructor(
    private readonly host: Host,
    private readonly current: () => Arranged,
    private readonly apply: (view: Arranged) => void,
  ) {
    this.views = Saved.safeParse(host.remembered(key)).data ?? [];
  }

  menu(at: HTMLElement): void {
    const now = JSON.stringify(this.current());
    const plain = Arranged.parse({});
    const item = (name: string, view: Arranged): MenuItem => ({
      text: name,
      checked: JSON.stringify(Arranged.parse({ ...view, columns: view.columns })) === now,
      act: () => this.apply(view),
    });
    const working = Arranged.parse({ groups: ['working', 'inflight'] });
    const failed = Arranged.parse({ groups: ['failed'] });
    openMenu(at, t('Saved views'), [
      item(t('All orders'), plain),
      item(t('Working and in flight'), working),
      item(t('Refused'), failed),
      ...(this.views.length > 0 ? ['line' as const] : []),
      ...this.views.map((view) => item(view.name, view)),
      'line',
      { text: t('Save this view…'), act: () => this.ask() },
      ...this.views.map(({ name }) => ({ text: t('Delete “{0}”', name), act: () => this.remove(name) })),
    ]);
  }

  private ask(): void {
    let name = '';
    const input = textField(t('Name'), '', (text) => {
      name = text.trim();
    });
    const save = () => {
      if (name === '') return input.focus();
      box.close();
      box.remove();
      this.keep([...this.views.filter((view) => view.name !== name), { ...this.current(), name }]);
    };
    const box = showDialog(
      t('Save this view'),
      [
        element('p', { class: 'muted' }, t('Filter, states, groups, columns and order, under a name.')),
        element('div', { class: 'field' }, element('span', { class: 'muted' }, t('Name')), input),
      ],
      [button(t('Save view'), 'primary', save), button(t('Close'), 'secondary', () => box.remove())],
    );
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') save();
    });
    input.focus();
  }

  private remove(name: string): void {
    this.keep(this.views.filter((view) => view.name !== name));
  }

  private keep(views: SavedView[]): void {
    this.views = views.sort((a, b) => a.name.localeCompare(b.name));
    this.host.remember(key, this.views);
  }
}
