import { toErrorObject } from '../mcp/callTool.ts';

/** Prints a value as JSON on stdout, indented for people or as one line for programs. */
export function printJson(value: unknown, { line = false } = {}): void {
  process.stdout.write(`${JSON.stringify(value, null, line ? 0 : 2)}\n`);
}

/** Runs what a command does for programs: its value on stdout and 0, or the error object and 1. */
export async function answerJson(work: () => Promise<unknown>, { line = false } = {}): Promise<number> {
  try {
    printJson(await work(), { line });
    return 0;
  } catch (error) {
    printJson(toErrorObject(error), { line });
    return 1;
  }
}
