import { dropdown } from '../controls.ts';
import type { Column } from '../grid/columns.ts';
import { openMenu } from '../menu.ts';
import { t } from '../strings.ts';
import { type Grouping, groupings, type Line } from './arrangement.ts';

/** By what the orders are grouped. */
export function groupPicker(onChoose: (grouping: Grouping) => void): HTMLElement & { value: string } {
  const words: Record<Grouping, string> = {
    state: t('Group: State'),
    instrument: t('Group: Instrument'),
    strategy: t('Group: Strategy'),
    none: t('Group: None'),
  };
  const picker = dropdown(
    t('Group'),
    groupings.map((value) => ({ value, text: words[value] })),
    'state',
    (value) => onChoose(value as Grouping),
  ) as HTMLElement & { value: string };
  picker.classList.add('grouping');
  return picker;
}

/** Which columns are shown; tells the ids of all that are after one was chosen or left out. */
export function columnMenu(
  at: HTMLElement,
  columns: readonly Column<Line>[],
  now: readonly Column<Line>[],
  onChoose: (shown: string[]) => void,
): void {
  const shown = new Set(now.map(({ id }) => id));
  openMenu(
    at,
    t('Columns'),
    columns.map(({ id, title }) => ({
      text: title,
      checked: shown.has(id),
      act: () => {
        if (!shown.delete(id)) shown.add(id);
        onChoose([...shown]);
      },
    })),
  );
}
