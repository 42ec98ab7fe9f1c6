/** The engine environment's interpreter, as the test runner found it. */
export function python(): string {
  const path = process.env.QUARTERDECK_PYTHON;
  if (path) return path;
  throw new Error('QUARTERDECK_PYTHON is not set: run these tests with "npm test".');
}
