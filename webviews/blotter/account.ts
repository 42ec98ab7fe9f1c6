import * as z from 'zod';
import { element } from '../elements.ts';
import { decimal, missing, signedDecimal } from '../format.ts';
import { mood } from '../report/columns.ts';
import { t } from '../strings.ts';
import type { Worth } from './worth.ts';

/** The latest state of an account as the engine reports it. */
export interface Account {
  id: string;
  type: string;
  balances: { currency: string; total: string; free: string; locked: string }[];
  margins: { initial: string; maintenance: string; currency: string }[];
}

const Balance = z.object({ currency: z.string(), total: z.string(), free: z.string(), locked: z.string() });
const Margin = z.object({ initial: z.string(), maintenance: z.string(), currency: z.string() });
const listOf = <T>(of: z.ZodType<T>) =>
  z.preprocess((value) => (typeof value === 'string' ? JSON.parse(value) : (value ?? [])), z.array(of));
const AccountRow = z.object({
  account_id: z.string(),
  account_type: z.string().default(''),
  balances: listOf(Balance),
  margins: listOf(Margin),
});

export function toAccount(row: Record<string, unknown>): Account {
  const found = AccountRow.parse(row);
  return { id: found.account_id, type: found.account_type, balances: found.balances, margins: found.margins };
}

/** The band of the account: its balances, and what of them is free and bound. */
export function accountBand(
  accounts: Iterable<Account>,
  worth: ReadonlyMap<string, Worth>,
  uncertain: boolean,
): HTMLElement {
  const band = element('dl', { class: 'account-band' });
  const add = (label: string, value: string, feeling?: string) => {
    const look = [uncertain && 'doubt', feeling].filter(Boolean).join(' ');
    band.append(
      element('div', {}, element('dt', {}, label), element('dd', { class: look || undefined }, value)),
    );
  };
  const profit = (label: string, amount: string | undefined, like: string) => {
    if (amount !== undefined) add(label, signedDecimal(asLong(amount, like)), mood(Number(amount)));
  };
  for (const { id, balances, margins } of accounts) {
    const { equity = {}, unrealized = {}, realized = {} } = worth.get(id) ?? {};
    for (const { currency, total, free, locked } of balances.slice(0, 3)) {
      const whole = equity[currency];
      if (whole !== undefined) add(t('Equity · {0}', currency), decimal(asLong(whole, total)));
      add(t('Balance · {0}', currency), decimal(total));
      profit(t('Unrealised · {0}', currency), unrealized[currency], total);
      profit(t('Realised · {0}', currency), realized[currency], total);
      add(t('Free · {0}', currency), decimal(free));
      if (Number(locked) > 0 || margins.length > 0) add(t('Margin · {0}', currency), decimal(locked));
    }
  }
  if (band.children.length === 0) add(t('Balance'), missing);
  return band;
}

/** An amount with as many decimals as another of its currency. */
function asLong(amount: string, like: string): string {
  const [whole = '', fraction = ''] = amount.split('.');
  const wanted = like.split('.')[1]?.length ?? 0;
  return wanted > fraction.length ? `${whole}.${fraction.padEnd(wanted, '0')}` : amount;
}

export function accountTable(accounts: Iterable<Account>): HTMLElement {
  const body = element('tbody', {});
  for (const { id, type, balances } of accounts) {
    for (const { currency, total, free, locked } of balances) {
      body.append(
        element(
          'tr',
          {},
          element('td', {}, id),
          element('td', {}, type),
          element('td', {}, currency),
          ...[total, free, locked].map((amount) => element('td', { class: 'number' }, decimal(amount))),
        ),
      );
    }
  }
  return element(
    'div',
    { class: 'plain-panel', tabindex: 0, role: 'region', 'aria-label': t('Account') },
    element(
      'table',
      { 'aria-label': t('Account') },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[t('Account'), t('Type'), t('Currency')].map((head) => element('th', { scope: 'col' }, head)),
          ...[t('Total'), t('Free'), t('Locked')].map((head) =>
            element('th', { scope: 'col', class: 'number' }, head),
          ),
        ),
      ),
      body,
    ),
  );
}
