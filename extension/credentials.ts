import type { SecretStorage } from 'vscode';
import * as z from 'zod';

const key = 'credentials';
const Kept = z.record(z.string(), z.string());

/**
 * Credentials of venues, by the name of the variable that an adapter reads. They are kept in the editor's secret storage
 * and handed to the server by the operator's session; nothing else of ours has them.
 */
export class Credentials {
  constructor(private readonly secrets: SecretStorage) {}

  async all(): Promise<Record<string, string>> {
    const text = (await this.secrets.get(key)) ?? '{}';
    return Kept.parse(JSON.parse(text));
  }

  async add(values: Record<string, string>): Promise<void> {
    await this.store({ ...(await this.all()), ...values });
  }

  async remove(names: readonly string[]): Promise<void> {
    const left = Object.entries(await this.all()).filter(([name]) => !names.includes(name));
    await this.store(Object.fromEntries(left));
  }

  private async store(values: Record<string, string>): Promise<void> {
    await this.secrets.store(key, JSON.stringify(values));
  }
}
