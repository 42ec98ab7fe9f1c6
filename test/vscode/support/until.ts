import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition that nothing announces. The limit is there to fail, not to measure. */
export async function until<T>(
  what: string,
  condition: () => Promise<T>,
  limitMs = 60_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await sleep(100);
  }
}
