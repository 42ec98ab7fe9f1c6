const resting = {
  ...{ instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'LIMIT', quantity: '10000' },
  ...{ price: '0.90000', wait_for: 'accepted' },
};
const open = 50;
const mostAtOnce = 50;

/** A halt: from the call until every order is cancelled and nothing new leaves, with a quiet node beside it. */
export async function haltFigures(client, rounds, say) {
  say('halt under load');
  const [loaded, quiet] = [[], []];
  for (let round = 0; round < rounds; round++) {
    quiet.push(await halted(client, `quiet-${round}`, 60_000, false));
    loaded.push(await halted(client, `loaded-${round}`, 0.02, true));
  }
  return [
    {
      ...{ name: `halt_trading under full load → ${open} orders cancelled`, unit: 'ms', ours: loaded },
      ...{ theirs: quiet, otherwise: 'quiet node', isLimit: true, target: 500 },
    },
  ];
}

async function halted(client, name, interval_ms, isLoaded) {
  const feed = { kind: 'synthetic', interval_ms };
  const instruments = [{ template: 'fx', id: 'EUR/USD.SIM' }];
  await client.call('initialize_trading_node', { config: { base: 'demo', feed, instruments }, name });
  await Promise.all(
    Array.from({ length: open }, () => client.call('submit_order', { ...resting, node: name })),
  );
  const load = { going: isLoaded, under: 0 };
  const sending = send(client, name, load);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const started = performance.now();
  const { nodes } = await client.call('halt_trading', { node: name });
  const took = performance.now() - started;
  load.going = false;
  await sending;
  const [{ cancelled, orders_left }] = nodes;
  if (orders_left.length > 0 || cancelled < open)
    throw new Error(`the halt left ${orders_left} and cancelled ${cancelled}`);
  await client.call('stop_trading_node', { node: name });
  return took;
}

/** Market orders as fast as a session may send them. */
async function send(client, node, load) {
  const order = { ...resting, type: 'MARKET', price: undefined, wait_for: 'closed', node };
  for (let i = 0; load.going; i++) {
    if (load.under >= mostAtOnce) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    load.under++;
    const done = () => load.under--;
    void client.call('submit_order', { ...order, side: i % 2 ? 'SELL' : 'BUY' }).then(done, done);
  }
  while (load.under > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
