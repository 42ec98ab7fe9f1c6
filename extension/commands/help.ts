import { commands, env, l10n, window } from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { runCli } from '../cli.ts';
import { interpreterChoice } from '../python.ts';

const Report = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({ name: z.string(), status: z.string(), found: z.string(), next_step: z.string().optional() }),
  ),
});

/** Looks at everything the engine needs; what it finds is in the log. */
export async function doctor({ log, server }: App): Promise<void> {
  const { env: environment } = await interpreterChoice(log);
  const args = ['doctor', '--json', '--workspace', server.folder];
  const { ok, findings } = Report.parse(await runCli(args, { cwd: server.folder, env: environment }));
  for (const { name, status, found, next_step } of findings) {
    log.info(`${status.padEnd(4)}  ${name}: ${found}${next_step ? ` → ${next_step}` : ''}`);
  }
  const first =
    findings.find(({ status }) => status === 'fail') ?? findings.find(({ status }) => status === 'warn');
  const showLog = l10n.t('Show Log');
  const text = first
    ? `${first.name}: ${first.found}. ${first.next_step ?? ''}`
    : l10n.t('Everything the engine needs is there.');
  const answer = await (ok
    ? window.showInformationMessage(text, showLog)
    : window.showWarningMessage(text, showLog));
  if (answer === showLog) log.show();
}

const clients = [
  { label: 'Claude Desktop', id: 'claude' },
  { label: 'Cursor', id: 'cursor' },
  { label: l10n.t('VS Code (without this extension)'), id: 'vscode' },
];

/** Copies the block that adds the server to another MCP client. */
export async function copyClientConfiguration({ server }: App): Promise<void> {
  const client = await window.showQuickPick(clients, { title: l10n.t('Copy Client Configuration') });
  if (!client) return;
  const where: string[] = [];
  const config = await runCli(['doctor', '--print-config', client.id, '--workspace', server.folder], {
    cwd: server.folder,
    onLine: (line) => where.push(line),
  });
  await env.clipboard.writeText(`${JSON.stringify(config, null, 2)}\n`);
  void window.showInformationMessage(l10n.t('Copied. {0}', where.join(' ')));
}

export function openWalkthrough(): Thenable<unknown> {
  return commands.executeCommand(
    'workbench.action.openWalkthrough',
    'quarterdeck.quarterdeck#quarterdeck.start',
  );
}
