/** The page's colours as a canvas needs them, read once and again when the theme changes. */
export interface Colors {
  fg: string;
  bg: string;
  muted: string;
  grid: string;
  line2: string;
  accent: string;
  series: string;
  up: string;
  down: string;
  band: string;
  candle: string;
  further: string[];
  font: string;
}

const listeners = new Set<() => void>();
let read: Colors | undefined;

export function colors(): Colors {
  read ??= readColors();
  return read;
}

/** Calls back when the theme has changed; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const reducedMotion = (): boolean =>
  document.body.classList.contains('vscode-reduce-motion') ||
  window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function watchTheme(): void {
  new MutationObserver(() => {
    read = undefined;
    for (const listener of listeners) listener();
  }).observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id', 'data-colors'] });
}

function readColors(): Colors {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  document.body.append(probe);
  // A custom property is text until something uses it: only then is a mix a colour a canvas knows.
  const of = (name: string) => {
    probe.style.color = `var(--qd-${name})`;
    return getComputedStyle(probe).color;
  };
  const font = getComputedStyle(document.body).fontFamily;
  const found: Colors = {
    fg: of('fg'),
    bg: of('bg'),
    muted: of('muted'),
    grid: of('grid'),
    line2: of('line2'),
    accent: of('accent'),
    series: of('series'),
    up: of('up'),
    down: of('down'),
    band: of('band'),
    candle: of('candle'),
    further: [of('second'), of('third'), of('fourth'), of('fg')],
    font: `11px ${font}`,
  };
  probe.remove();
  return { ...found, ...plainColors(found) };
}

/** `color(srgb …)` as `rgba(…)`: chart libraries parse only the older forms. */
function plainColors(found: Colors): Partial<Colors> {
  const plain = (text: string) => {
    const match = /^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(text);
    if (!match) return text;
    const [r, g, b] = match.slice(1, 4).map((share) => Math.round(Number(share) * 255));
    return `rgba(${r}, ${g}, ${b}, ${match[4] ?? 1})`;
  };
  const entries = Object.entries(found).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[0] !== 'font',
  );
  return {
    ...Object.fromEntries(entries.map(([name, text]) => [name, plain(text)])),
    further: found.further.map(plain),
  };
}
