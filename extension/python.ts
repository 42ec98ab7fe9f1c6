import { extensions, type LogOutputChannel, type Uri, workspace } from 'vscode';
import { z } from 'zod';

/** What we use of the Python extension's public API. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<unknown>;
  };
}

const Environment = z.object({ executable: z.object({ uri: z.object({ fsPath: z.string() }) }) });

/**
 * The interpreter the user named in `quarterdeck.python`, else `QUARTERDECK_PYTHON`, else the one chosen in the
 * Python extension. That extension is optional: without it, or when it fails, there is simply no choice.
 */
export async function chosenPython(log: LogOutputChannel): Promise<string | undefined> {
  const setting = workspace.getConfiguration('quarterdeck').get('python');
  if (typeof setting === 'string' && setting.trim() !== '') return setting.trim();
  if (process.env.QUARTERDECK_PYTHON) return undefined;
  try {
    return await pythonExtensionChoice();
  } catch (error) {
    log.warn(`The Python extension could not tell its interpreter: ${String(error)}`);
    return undefined;
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
