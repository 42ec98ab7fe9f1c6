import type { Frame } from 'playwright-core';

/** How evenly a page drew while something went on. */
export interface Frames {
  fps: number;
  p95_ms: number;
  worst_ms: number;
  /** Milliseconds of tasks longer than 50 ms. */
  long_tasks_ms: number;
}

/** Looks at each frame of a page for some seconds. */
export async function framesOf(frame: Frame, seconds: number): Promise<Frames> {
  const { times, long } = await frame.evaluate(async (milliseconds) => {
    const times: number[] = [];
    let long = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long += duration;
    });
    observer.observe({ type: 'longtask' });
    const end = performance.now() + milliseconds;
    await new Promise<void>((resolve) => {
      const step = (now: number) => {
        times.push(now);
        if (now < end) requestAnimationFrame(step);
        else resolve();
      };
      requestAnimationFrame(step);
    });
    observer.disconnect();
    return { times, long };
  }, seconds * 1000);
  const gaps = times
    .slice(1)
    .map((time, i) => time - (times[i] ?? 0))
    .sort((a, b) => a - b);
  const round = (value: number) => Number(value.toFixed(1));
  return {
    fps: round((1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)),
    p95_ms: round(gaps[Math.floor(gaps.length * 0.95)] ?? 0),
    worst_ms: round(gaps.at(-1) ?? 0),
    long_tasks_ms: round(long),
  };
}
