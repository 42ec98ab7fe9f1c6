/** Fields that name a secret's variable, like password_env, are no secrets. */
const secretField =
  /^(?!.*_env$).*(secret|passw|passphrase|token|mnemonic|private_?key|api_?key|(^|_)(pk|pwd)$)/i;

/** A request as it is kept in a file: whatever a field of a secret's name holds is left out of it. */
export function withoutSecretValues<T>(value: T): T;
export function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutSecretValues(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      typeof held === 'string' && secretField.test(name) ? '(not kept)' : withoutSecretValues(held),
    ]),
  );
}
