/** Flags every command takes. */
export interface CommonFlags {
  /** Absolute path of the workspace: `--workspace`, else `QUARTERDECK_WORKSPACE`, else the current folder. */
  workspace: string;
  /** More readable roots: every `--root DIR`, absolute. */
  roots: string[];
  /** A private server in this process instead of the workspace's shared one. */
  alone: boolean;
  /** Only tools that read: `--read-only`. */
  readOnly: boolean;
  /** Toolsets to list and allow, separated by commas: `--toolsets`. */
  toolsets?: string;
  /** Tools neither listed nor allowed, separated by commas: `--exclude-tools`. */
  excludeTools?: string;
}

export interface CommandInput {
  flags: CommonFlags;
  /** Arguments after the command's name that are no flags. */
  positionals: string[];
  /** The command's own flags, as declared in `options`. */
  options: Record<string, string | boolean | undefined>;
}

/** A row of the command table: `quarterdeck <name>`. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  /** The command's own flags, for `util.parseArgs`. */
  options?: Record<string, { type: 'string' | 'boolean'; short?: string }>;
  /** @returns the exit code. */
  run(input: CommandInput): Promise<number>;
}
