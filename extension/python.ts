import { extensions, type LogOutputChannel, type Uri, workspace } from 'vscode';
import * as z from 'zod';

/** What we use of the Python extension's public API. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<unknown>;
  };
}

const Environment = z.object({ executable: z.object({ uri: z.object({ fsPath: z.string() }) }) });

/** What the command line is told of interpreters. */
export interface InterpreterChoice {
  args: string[];
  env: Record<string, string>;
}

/**
 * The interpreter of the setting `quarterdeck.python` is an order; the one chosen in the Python extension only a
 * suggestion, taken when it can run the engine. That extension is optional: without it there is simply no suggestion.
 */
export async function interpreterChoice(log: LogOutputChannel): Promise<InterpreterChoice> {
  const setting = workspace.getConfiguration('quarterdeck').get('python');
  if (typeof setting === 'string' && setting.trim() !== '')
    return { args: ['--python', setting.trim()], env: {} };
  try {
    const suggestion = await pythonExtensionChoice();
    return { args: [], env: suggestion ? { QUARTERDECK_SUGGESTED_PYTHON: suggestion } : {} };
  } catch (error) {
    log.warn(`The Python extension could not tell its interpreter: ${String(error)}`);
    return { args: [], env: {} };
  }
}

async function pythonExtensionChoice(): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonExtension>('ms-python.python');
  const { environments } = (await extension?.activate()) ?? {};
  if (!environments) return undefined;
  const active = environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
  const environment = Environment.safeParse(await environments.resolveEnvironment(active));
  return environment.data?.executable.uri.fsPath;
}
