/** Where a page can lead: another page of ours. */
export type PageAddress =
  | { page: 'report'; run: string }
  | { page: 'compare'; runs: string[] }
  | { page: 'blotter'; source: string }
  | { page: 'strategies'; source?: string };

/** All a page knows of where it is shown: the server's tools and resources, whoever carries them there. */
export interface Host {
  /** @throws QuarterdeckError */
  call(tool: string, args: Record<string, unknown>): Promise<unknown>;
  /** @throws QuarterdeckError */
  read(uri: string): Promise<unknown>;
  /** Tells when the resource may have changed; returns how to stop. */
  watch(uri: string, onChange: () => void): () => void;
  /** Shows a line of the workspace, `file:line`. */
  openSource(place: string): void;
  openPage(address: PageAddress): void;
  /** Says that the page shows something else than it was opened with, which is then where it is. */
  shows(address: PageAddress): void;
  /** Where the page is; undefined where it has no address. */
  address(): PageAddress | undefined;
  /** Asks where to save a text and saves it. */
  save(name: string, text: string): void;
  copy(text: string): void;
  /** Puts words into the chat's input, for the person to send. */
  ask(prompt: string): void;
  /** What the page kept when it was last shown; undefined the first time. */
  kept(): unknown;
  keep(state: unknown): void;
  /** What pages of the workspace remember under a name, whichever of them it was; undefined when nothing. */
  remembered(name: string): unknown;
  remember(name: string, value: unknown): void;
}
