export interface Busy {
  orders: number;
  updatesPerSecond: number;
}

/**
 * A node with many orders that never rest, as a page's messages see it. Runs in the document around the page: it is
 * handed over as text, so it uses nothing from outside itself. `window.startBusy()` sets it going; it answers how to stop.
 */
export function busyNode({ orders, updatesPerSecond }: Busy): void {
  type Row = Record<string, unknown>;
  interface Asked {
    type: string;
    id: number;
    uri: string;
  }
  const around = window as unknown as { startBusy(): () => number };
  const changes = new Map<number, Row>();
  const watched = new Set<string>();
  let seq = 0;
  let frame: MessageEventSource | null = null;
  const tell = (message: unknown) => (frame as Window | null)?.postMessage(message, '*');
  const put = (i: number, status: string, filled: number) => {
    seq += 1;
    const time = new Date(Date.UTC(2026, 0, 1) + i * 100).toISOString();
    changes.delete(i);
    changes.set(i, {
      ...{ seq, client_order_id: `O-${i}`, instrument_id: 'EUR/USD.SIM', side: i % 2 ? 'BUY' : 'SELL' },
      ...{ type: 'LIMIT', quantity: '100000', filled_qty: String(filled), time_in_force: 'GTC', status },
      ...{ price: (1.1 + (i % 100) / 10_000).toFixed(5), trigger_price: null, avg_px: null, tags: [] },
      ...{ is_post_only: false, is_reduce_only: false, is_quote_quantity: false, linked_order_ids: [] },
      ...{ strategy_id: 'BUSY-000', venue_order_id: `SIM-1-${i}`, account_id: 'SIM-001', commissions: [] },
      ...{ emulation_trigger: 'NO_TRIGGER', contingency_type: 'NO_CONTINGENCY', event: 'OrderUpdated' },
      ...{ ts_init: time, ts_last: time },
    });
  };
  const read = (after: number, limit: number) => {
    const rows: Row[] = [];
    for (const row of changes.values()) {
      if (Number(row.seq) <= after) continue;
      rows.push(row);
      if (rows.length === limit) break;
    }
    return {
      ...{ rows, next: Number(rows.at(-1)?.seq ?? after), more: rows.length === limit, total: orders },
    };
  };
  const answer = (uri: string) => {
    const [address = '', query = ''] = uri.split('?');
    const asked = new URLSearchParams(query);
    if (address.endsWith('/orders')) return read(Number(asked.get('after')), Number(asked.get('limit')));
    if (address.endsWith('/busy'))
      return { node: 'busy', kind: 'demo', state: 'running', venues: [{ name: 'SIM', connected: true }] };
    return { rows: [], next: 0, more: false, total: 0 };
  };
  addEventListener('message', ({ data, source }) => {
    const asked = data as Asked;
    frame = source;
    if (asked.type === 'watch') watched.add(asked.uri);
    if (asked.type === 'read') tell({ type: 'answer', id: asked.id, value: answer(asked.uri) });
    if (asked.type === 'call')
      tell({
        ...{ type: 'refusal', id: asked.id },
        error: { type: 'system', code: 'INTERNAL', message: 'no tools here', next_step: '' },
      });
  });
  for (let i = 0; i < orders; i++) put(i, i % 50 === 0 ? 'ACCEPTED' : 'FILLED', 0);
  /** Half of the changes are of the newest orders, some of them in sight; one in a hundred moves to another group. */
  around.startBusy = () => {
    let sent = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < updatesPerSecond / 10; i++) {
        const which = i % 2 === 0 ? orders - 1 - i / 2 : (i * 7919 + seq) % orders;
        const status = i % 100 === 0 ? 'ACCEPTED' : which % 50 === 0 ? 'PARTIALLY_FILLED' : 'FILLED';
        put(which, status, (seq % 9) * 10_000);
        sent += 1;
      }
      tell({ type: 'changed', uri: 'nautilus://nodes/busy/orders' });
    }, 100);
    return () => {
      clearInterval(timer);
      return sent;
    };
  };
}
