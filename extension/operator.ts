import { randomBytes } from 'node:crypto';
import { Disposable, EventEmitter, type SecretStorage, window, workspace } from 'vscode';
import type { OperatorClaim } from '../server/protocol/approval.ts';
import type { Dialog } from './approval.ts';
import { Credentials } from './credentials.ts';

const key = 'operator';
const setting = 'liveTrading';

/** The person at this editor, as the server is told of them: by a secret that only this editor keeps. */
export class Operator implements Disposable {
  private readonly changed = new EventEmitter<void>();
  /** Fires when real money was armed or disarmed, or the workspace became trusted. */
  readonly onDidChange = this.changed.event;
  /** Of venues, handed over with each claim. */
  readonly credentials: Credentials;
  private readonly listening: Disposable;

  constructor(private readonly secrets: SecretStorage) {
    this.credentials = new Credentials(secrets);
    this.listening = Disposable.from(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`quarterdeck.${setting}`)) this.changed.fire();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
    );
  }

  /** 256 random bits, made once and kept in the editor's secret storage. */
  async secret(): Promise<string> {
    const kept = await this.secrets.get(key);
    if (kept !== undefined) return kept;
    const fresh = randomBytes(32).toString('base64url');
    await this.secrets.store(key, fresh);
    return fresh;
  }

  async claim(): Promise<OperatorClaim> {
    return { secret: await this.secret(), armed: this.armed, credentials: await this.credentials.all() };
  }

  readonly dialog: Dialog = (title, detail, button) =>
    window.showWarningMessage(title, { modal: true, detail }, button);

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  /** Only the user's own setting counts: a workspace must not arm itself. */
  private get armed(): boolean {
    const found = workspace.getConfiguration('quarterdeck').inspect<boolean>(setting);
    return workspace.isTrusted && found?.globalValue === true;
  }
}
