/** All a page knows of where it is shown: the server's tools and resources, whoever carries them there. */
export interface Host {
  /** @throws QuarterdeckError */
  call(tool: string, args: Record<string, unknown>): Promise<unknown>;
  /** @throws QuarterdeckError */
  read(uri: string): Promise<unknown>;
  /** Tells when the resource may have changed; returns how to stop. */
  watch(uri: string, onChange: () => void): () => void;
}
