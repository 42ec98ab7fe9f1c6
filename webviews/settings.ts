import * as z from 'zod';

/** What of the user's settings a page follows. */
export const PageSettings = z.object({
  /** IANA zone, `local`, or UTC. */
  timeZone: z.string().default('UTC'),
  colors: z.enum(['default', 'blue-amber']).default('default'),
  numberFormat: z.enum(['plain', 'locale']).default('plain'),
});
export type PageSettings = z.infer<typeof PageSettings>;

export const settings: PageSettings = read();

/** The zone of every time shown, as `Intl` knows it. */
export const zone: string =
  settings.timeZone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : validZone();

function read(): PageSettings {
  const text = typeof document === 'undefined' ? undefined : document.body?.dataset.settings;
  return PageSettings.parse(text ? JSON.parse(text) : {});
}

function validZone(): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: settings.timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
