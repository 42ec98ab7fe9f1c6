import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Runs `main` once the module that calls this is whole, if it is the script that was started and not imported by
 * another one. What it comes to is the exit code.
 */
export function runAsEntry(url, main) {
  if (!process.argv[1] || realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  setImmediate(async () => {
    try {
      process.exitCode = (await main(process.argv.slice(2))) ?? 0;
    } catch (error) {
      // A tool that has already shown its errors in full needs no more than the headline.
      console.error(error.errors ? error.message.split('\n')[0] : error.message);
      process.exitCode = 1;
    }
  });
}
