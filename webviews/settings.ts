import * as z from 'zod';

/** What of the user's settings a page follows. */
export const PageSettings = z.object({
  /** IANA zone, `local`, `exchange`, or UTC. */
  timeZone: z.string().default('UTC'),
  colors: z.enum(['default', 'blue-amber']).default('default'),
  numberFormat: z.enum(['plain', 'locale']).default('plain'),
});
export type PageSettings = z.infer<typeof PageSettings>;

export const settings: PageSettings = read();

function read(): PageSettings {
  const text = typeof document === 'undefined' ? undefined : document.body?.dataset.settings;
  return PageSettings.parse(text ? JSON.parse(text) : {});
}
