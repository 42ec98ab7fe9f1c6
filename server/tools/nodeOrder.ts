import { type Bounds, catalogPath, resolveProfile } from '../files.ts';
import { completed, findProfile, kindOf } from '../nodes/profiles.ts';
import type { NodeOrder } from '../nodes/registry.ts';
import type { NodeProfile } from '../protocol/node.ts';
import { workspaceSettings } from '../settings.ts';

/** How a node is asked for: a profile by name, one given inline, or a named one with changes. */
export interface NodeWish {
  profile?: string | undefined;
  config?: NodeProfile | undefined;
  name?: string | undefined;
  catalog?: string | undefined;
}

/** What a node is started with. @throws QuarterdeckError UNKNOWN_PROFILE, PATH_OUTSIDE_WORKSPACE, CATALOG_NOT_FOUND */
export function nodeOrder({ profile, config, name, catalog }: NodeWish, bounds: Bounds): NodeOrder {
  const profileName = profile ?? (config ? 'config' : 'demo');
  const { workspace } = bounds;
  const found =
    profile === undefined && config ? {} : findProfile(profileName, workspaceSettings(workspace).profiles);
  const request = completed({ ...found, ...config });
  const replayed = request.feed?.kind === 'replay' ? request.feed.catalog : undefined;
  return {
    name: name ?? (profileName === 'config' ? 'node' : profileName),
    kind: kindOf(request),
    profileName,
    request,
    resolved: resolveProfile(request, bounds),
    workspace,
    catalog: catalogPath(replayed ?? catalog, bounds, replayed ? 'config.feed.catalog' : 'catalog'),
  };
}

/** The profiles of the workspace that are started with the server. */
export function autostarted(workspace: string): string[] {
  const { profiles } = workspaceSettings(workspace);
  return Object.keys(profiles).filter((name) => profiles[name]?.autostart);
}
