/** Imported first by every entry: an old Node gets a sentence instead of a syntax error further down. */
const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(
    `Quarterdeck needs Node 20 or newer; this is Node ${process.versions.node} (${process.execPath}).`,
  );
  console.error(
    'Install a current release from https://nodejs.org or with your version manager, then try again.',
  );
  process.exit(1);
}
