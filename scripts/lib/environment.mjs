import { existsSync } from 'node:fs';
import { run, runNode } from './command.mjs';
import { serverBundle } from './paths.mjs';

/**
 * The engine environment, found or made by our own `quarterdeck setup` in the user's data folder: shared by all
 * clones and not rebuilt for each test.
 *
 * @returns {Promise<string>} its Python
 */
export async function enginePython() {
  const { code, output } = await runNode([serverBundle, 'setup', '--json'], { capture: 'stdout' });
  const answer = parse(output);
  if (code === 0 && answer?.python && existsSync(answer.python)) return answer.python;
  const said = answer?.message ? `${answer.message}\n${answer.next_step}` : output.trim();
  throw new Error(`The engine environment could not be set up.\n${said}`);
}

/** What a Python says of itself: the tag of its wheels, and where it came from if it is a virtual environment. */
export async function describePython(python) {
  const script =
    'import json, sys, sysconfig; print(json.dumps({"tag": sys.implementation.cache_tag + "-" + sysconfig.get_platform(),' +
    ' "base": getattr(sys, "_base_executable", sys.executable)}))';
  const { code, output } = await run(python, ['-c', script], { capture: 'stdout' });
  if (code !== 0) throw new Error(`${python} does not run.`);
  return JSON.parse(output);
}

function parse(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
