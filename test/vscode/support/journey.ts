import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { RunRecord } from '../../../server/protocol/run.ts';
import { Editor } from './editor.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

/** A request to the model: what it was offered, what all tools of the editor are, what its calls gave so far. */
const Turn = z.object({
  offered: z.array(z.string()),
  tools: z.array(z.string()),
  results: z.array(z.string()),
});

export interface JourneyOptions {
  agentMode?: boolean;
  /** The packed extension alone, as a person installs it, in place of the repository. */
  packed?: boolean;
  oldest?: boolean;
  /** An extension that does nothing in place of ours. */
  empty?: boolean;
  asksForTrust?: boolean;
  /** With the Python extension; the file `interpreter` beside the workspace names what was chosen in it. */
  pythonExtension?: boolean;
  /** Of the environment, for the editor and the server it starts; undefined takes one away. */
  variables?: Record<string, string | undefined>;
}

/** One user's day: an editor on a copy of the sample workspace, with our extension and a model that plays a script. */
export class Journey {
  private constructor(
    readonly editor: Editor,
    readonly workspace: string,
    private readonly scratch: string,
    private readonly env: Record<string, string | undefined>,
  ) {}

  static async begin({
    agentMode = false,
    packed = false,
    oldest = false,
    empty = false,
    asksForTrust = false,
    pythonExtension = false,
    variables = {},
  }: JourneyOptions = {}): Promise<Journey> {
    const scratch = await mkdtemp(path.join(os.tmpdir(), 'e-'));
    const workspace = path.join(scratch, 'workspace');
    const model = path.join(scratch, 'model');
    await cp(path.join(repository, 'python/samples/workspace'), workspace, { recursive: true });
    await mkdir(model);
    const env = {
      QUARTERDECK_HOME: path.join(scratch, 'home'),
      SCRIPTED_MODEL_FOLDER: model,
      CHOSEN_INTERPRETER_FILE: path.join(scratch, 'interpreter'),
      ...variables,
    };
    const first = empty ? await emptyExtension(path.join(scratch, 'empty')) : repository;
    const more = pythonExtension ? [path.join(repository, 'test/vscode/interpreter')] : [];
    const editor = await Editor.open({
      data: path.join(scratch, 'data'),
      workspace,
      extensions: packed ? [] : [first, path.join(repository, 'test/vscode/model'), ...more],
      packages: packed ? [process.env.QUARTERDECK_TEST_VSIX ?? ''] : [],
      oldest,
      asksForTrust,
      env,
      agentMode,
    });
    return new Journey(editor, workspace, scratch, env);
  }

  /** Closes the editor and ends the server it started: the extension itself never does. */
  async end(): Promise<void> {
    await this.editor.close();
    await this.stopServer();
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 5 });
  }

  async stopServer(): Promise<void> {
    await this.cli('stop');
  }

  /** Calls a tool as any other client of the workspace does. @returns its result, or the error it answered. */
  async call(tool: string, args: object): Promise<unknown> {
    const { stdout } = await this.cli('call', tool, JSON.stringify(args)).catch((failure: unknown) =>
      z.object({ stdout: z.string() }).parse(failure),
    );
    return JSON.parse(stdout);
  }

  /** Gives the model its script and says something to the agent. */
  async askAgent(prompt: string, calls: { tool: string; input: unknown }[]): Promise<void> {
    await writeFile(
      path.join(this.env.SCRIPTED_MODEL_FOLDER ?? '', 'script.json'),
      JSON.stringify({ prompt, calls }),
    );
    await this.editor.chat.say(prompt);
  }

  read(file: string): Promise<string> {
    return readFile(path.join(this.workspace, file), 'utf8');
  }

  remove(file: string): Promise<void> {
    return rm(path.join(this.workspace, file));
  }

  copy(from: string, to: string): Promise<void> {
    return cp(path.join(this.workspace, from), path.join(this.workspace, to));
  }

  /** Names of what is in a folder of the workspace; none when it is not there. */
  files(folder: string): Promise<string[]> {
    return readdir(path.join(this.workspace, folder)).catch(() => []);
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), text);
  }

  /** Where a file of the workspace is. */
  path(file: string): string {
    return path.join(this.workspace, file);
  }

  /** What the editor sent to the model, request by request. */
  async transcript(): Promise<z.infer<typeof Turn>[]> {
    const text = (await this.modelFile('transcript.jsonl')) ?? '';
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => Turn.parse(JSON.parse(line)));
  }

  /** The runs the server has written down, oldest first. */
  async runs(): Promise<RunRecord[]> {
    const folder = path.join(this.workspace, '.quarterdeck/runs');
    const ids = (await readdir(folder).catch(() => [])).sort();
    // A run's folder is there a moment before what is written into it.
    const files = ids.map((id) => readFile(path.join(folder, id, 'run.json'), 'utf8').catch(() => undefined));
    const texts = (await Promise.all(files)).filter((text) => text !== undefined);
    return texts.map((text) => RunRecord.parse(JSON.parse(text)));
  }

  private cli(command: string, ...args: string[]): Promise<{ stdout: string }> {
    const main = path.join(repository, 'dist/server/main.js');
    return promisify(execFile)(process.execPath, [main, command, ...args, '--workspace', this.workspace], {
      env: { ...process.env, ...this.env },
    });
  }

  private modelFile(name: string): Promise<string | undefined> {
    return readFile(path.join(this.env.SCRIPTED_MODEL_FOLDER ?? '', name), 'utf8').catch(() => undefined);
  }
}

/** An extension that is activated and does nothing. */
async function emptyExtension(folder: string): Promise<string> {
  const manifest = {
    ...{ name: 'empty', publisher: 'quarterdeck-test', version: '0.0.1', main: './empty.js' },
    ...{ engines: { vscode: '^1.104.0' }, activationEvents: ['onStartupFinished'] },
  };
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'empty.js'), 'exports.activate = () => {};\n');
  return folder;
}
