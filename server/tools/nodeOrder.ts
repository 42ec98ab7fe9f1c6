import { type Bounds, catalogPath, resolveProfile } from '../files.ts';
import { kindOf } from '../nodes/kinds.ts';
import { completed, findProfile } from '../nodes/profiles.ts';
import type { NodeOrder } from '../nodes/registry.ts';
import { homeDirectory } from '../paths.ts';
import type { NodeProfile } from '../protocol/node.ts';
import { userSettings, workspaceSettings } from '../settings.ts';

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
  const user = userSettings(homeDirectory());
  const { profiles } = workspaceSettings(workspace);
  const own = { ...user.profiles, ...profiles };
  const found = profile === undefined && config ? {} : findProfile(profileName, own);
  const request = completed({ ...found, ...config });
  const replayed = request.feed?.kind === 'replay' ? request.feed.catalog : undefined;
  const kind = kindOf(request);
  // What a profile of the user's says of risk binds like the rest of the user's file.
  const named = profileName in profiles ? undefined : user.profiles[profileName]?.risk;
  const userLimits = { ...(kind === 'live' ? user.risk.live : user.risk.simulated), ...named };
  return {
    name: name ?? (profileName === 'config' ? 'node' : profileName),
    kind,
    userLimits,
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
