import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs `main` when this very script was started, not when another one imports it. Its result is the exit code. */
export async function runAsEntry(url, main) {
  if (!process.argv[1] || realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    // A tool that has already shown its errors in full needs no more than the headline.
    console.error(error.errors ? error.message.split('\n')[0] : error.message);
    process.exitCode = 1;
  }
}
