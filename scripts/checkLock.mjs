/**
 * What makes package-lock.json useless to someone else: a registry of ours in it, or a platform left out because
 * the registry at hand did not have it when the lock was written. One sentence each.
 *
 * @param {{ packages: Record<string, { resolved?: string, optionalDependencies?: Record<string, string> }> }} lock
 */
export function lockProblems({ packages }) {
  return Object.entries(packages).flatMap(([place, { resolved, optionalDependencies = {} }]) => {
    const missing = Object.keys(optionalDependencies).filter((name) => !isLocked(packages, place, name));
    return [
      ...(resolved ? [`package-lock.json names a registry at ${place}: ${resolved}`] : []),
      ...missing.map((name) => `package-lock.json lacks ${name}, which ${place} has on some platform.`),
    ];
  });
}

/** As Node resolves it: beside the package that wants it, or in any folder above. */
function isLocked(packages, place, name) {
  const folders = place.split('node_modules/').map((_, i, all) => all.slice(0, i + 1).join('node_modules/'));
  return [place === '' ? '' : `${place}/`, ...folders].some(
    (folder) => `${folder}node_modules/${name}` in packages,
  );
}
