import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SessionOptions } from '../../server/context.ts';
import { catalogPath, catalogTarget, readablePath, resolveImportable } from '../../server/files.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
const workspace = path.join(folder, 'workspace');
const elsewhere = path.join(folder, 'workspace-other');
mkdirSync(path.join(workspace, 'data'), { recursive: true });
mkdirSync(elsewhere);
writeFileSync(path.join(elsewhere, 'secret.csv'), 'x');
symlinkSync(elsewhere, path.join(workspace, 'link'), process.platform === 'win32' ? 'junction' : 'dir');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const session: SessionOptions = { roots: [], readOnly: false };
const bounds = { workspace, session };

describe('readablePath', () => {
  it.each(['data/a.csv', './data/../data/a.csv', path.join(workspace, 'new.csv')])('allows %s', (file) => {
    expect(readablePath(file, 'file', bounds)).toBe(path.resolve(workspace, file));
  });

  it.each([
    '../workspace-other/secret.csv',
    'link/secret.csv',
    path.join(elsewhere, 'secret.csv'),
    'data/../../workspace-other/secret.csv',
    'data/\0.csv',
    os.homedir(),
  ])('refuses %j', (file) => {
    expect(() => readablePath(file, 'data[0].file', bounds)).toThrow(
      expect.objectContaining({ code: 'PATH_OUTSIDE_WORKSPACE', extra: { path: 'data[0].file' } }),
    );
  });

  it('allows a readable root', () => {
    const wider = { workspace, session: { roots: [elsewhere], readOnly: false } };
    expect(readablePath('link/secret.csv', 'file', wider)).toBe(path.join(workspace, 'link', 'secret.csv'));
  });
});

describe('resolveImportable', () => {
  it('makes a file source and the tables of a config absolute, and leaves modules alone', () => {
    const item = { source: 'strategies/a.py:A', config: { rates: { file: 'data/r.csv' }, n: 1 } };
    expect(resolveImportable(item, 'strategies[0]', bounds)).toEqual({
      source: `${path.join(workspace, 'strategies', 'a.py')}:A`,
      config: { rates: { file: path.join(workspace, 'data', 'r.csv') }, n: 1 },
    });
    expect(resolveImportable({ source: 'pkg.mod:A', config: {} }, 's', bounds).source).toBe('pkg.mod:A');
  });
});

describe('catalogPath', () => {
  const at = (catalog: string | undefined, from = session, env: NodeJS.ProcessEnv = {}) =>
    catalogPath(catalog, { workspace, session: from }, 'data[0].catalog', env);
  const settings = path.join(workspace, 'quarterdeck.json');
  afterEach(() => rmSync(settings, { force: true }));

  it('goes from the call to the session to the environment to the workspace', () => {
    expect(at('data')).toBe(path.join(workspace, 'data'));
    expect(at('s3://bucket/catalog')).toBe('s3://bucket/catalog');
    expect(at(undefined, { ...session, catalog: 'mine' }, { NAUTILUS_PATH: '/n' })).toBe(
      path.join(workspace, 'mine'),
    );
    expect(at(undefined, session, { NAUTILUS_PATH: '/n' })).toBe(path.join('/n', 'catalog'));
    expect(at(undefined)).toBe(path.join(workspace, 'catalog'));
  });

  it('knows the names of quarterdeck.json, and what was meant by a name that is none', () => {
    const catalogs = { fx: elsewhere, remote: 's3://bucket/catalog', default: 'own', data: 'other' };
    writeFileSync(settings, JSON.stringify({ catalogs }));
    expect(at('fx')).toBe(elsewhere);
    expect(at('remote')).toBe('s3://bucket/catalog');
    expect(at('data')).toBe(path.join(workspace, 'other'));
    expect(at('./data')).toBe(path.join(workspace, 'data'));
    expect(at(undefined)).toBe(path.join(workspace, 'own'));
    expect(at('default')).toBe(path.join(workspace, 'own'));
    expect(at(undefined, { ...session, catalog: 'fx' })).toBe(elsewhere);
    expect(catalogTarget('fy', bounds, 'catalog', {})).toBe(path.join(workspace, 'fy'));
    const meant = { code: 'CATALOG_NOT_FOUND', extra: { path: 'data[0].catalog' } };
    expect(() => at('fy')).toThrow(expect.objectContaining(meant));
    expect(() => at('fy')).toThrow(
      expect.objectContaining({ nextStep: expect.stringContaining('mean "fx"') }),
    );
  });
});
