/** Words that make the name of a variable the name of a secret. */
const secretWords =
  /(^|_)(KEYS?|APIKEY|SECRETS?|TOKENS?|PASSWORD|PASSWD|PWD|PASS|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|MNEMONIC|PK|PAT|DSN)(_|$)/i;

/** `scheme://user:password@host` */
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/**
 * What of our environment a process that runs strategies may see: all but secrets. Strategies, and whatever they print,
 * log or import, have no business with the keys of a venue; a node that trades gets them.
 *
 * `QUARTERDECK_PASS_ENV` names what is passed all the same, as for a catalog in S3: `AWS_ACCESS_KEY_ID,AWS_SECRET_*`.
 */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const wanted = (env.QUARTERDECK_PASS_ENV ?? '').split(',').map((name) => name.trim());
  const isWanted = (name: string) =>
    wanted.some((one) =>
      one.endsWith('*') ? one.length > 1 && name.startsWith(one.slice(0, -1)) : one === name,
    );
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => isWanted(name) || !isSecret(name, value ?? '')),
  );
}

function isSecret(name: string, value: string): boolean {
  // The shell's own, which are folders.
  if (name === 'PWD' || name === 'OLDPWD') return false;
  return secretWords.test(name) || addressWithPassword.test(value);
}
