const fs = require('node:fs');
const vscode = require('vscode');

/** What a person chose with "Python: Select Interpreter"; the real extension comes from a marketplace, which tests do not use. */
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ id: 'chosen', path: chosen() ?? '' }),
    resolveEnvironment: async ({ path }) =>
      path === '' ? undefined : { id: 'chosen', path, executable: { uri: vscode.Uri.file(path) } },
  },
});

function chosen() {
  const file = process.env.CHOSEN_INTERPRETER_FILE ?? '';
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
}
