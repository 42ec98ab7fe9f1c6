/** Where the server's resources are read. */
export function runUri(id: string): string {
  return `nautilus://runs/${encodeURIComponent(id)}`;
}

export function nodeUri(node: string): string {
  return `nautilus://nodes/${encodeURIComponent(node)}`;
}
