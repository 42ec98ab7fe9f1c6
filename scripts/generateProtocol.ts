/**
 * Generates from server/protocol the Python side of the contract and the schema of quarterdeck.json.
 *
 * Bundled and run as `node generateProtocol.cjs PYTHON DIRECTORY`: PYTHON has datamodel-code-generator,
 * DIRECTORY receives protocol.py (the shapes, as msgspec Structs), contract.py (the tables) and
 * quarterdeck.schema.json (with which editors complete and check quarterdeck.json).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import {
  contract,
  contractVersion,
  engineErrorCode,
  engineMethods,
  engineNotifications,
  frames,
} from '../server/protocol/engine.ts';
import { errorCodes } from '../server/protocol/errors.ts';
import { WorkspaceSettings } from '../server/protocol/settings.ts';

const header = '# Generated from server/protocol by scripts/generateProtocol.ts; do not edit.';

const [python, directory] = process.argv.slice(2);
if (!python || !directory) throw new Error('usage: generateProtocol PYTHON DIRECTORY');
writeFileSync(path.join(directory, 'protocol.py'), shapes(python));
writeFileSync(path.join(directory, 'contract.py'), tables());
writeFileSync(path.join(directory, 'quarterdeck.schema.json'), settingsSchema());

function shapes(python: string): string {
  const flags = [
    '--input-file-type=jsonschema',
    '--output-model-type=msgspec.Struct',
    '--base-class=quarterdeck.message.Message',
    '--use-annotated',
    '--field-constraints',
    '--use-schema-description',
    '--use-standard-collections',
    '--use-union-operator',
    '--target-python-version=3.12',
    '--formatters=builtin',
    '--disable-timestamp',
    `--custom-file-header=${header}`,
  ];
  return execFileSync(python, ['-m', 'datamodel_code_generator', ...flags], {
    input: JSON.stringify(z.toJSONSchema(contract, { io: 'input' })),
    encoding: 'utf8',
  });
}

function tables(): string {
  const methods = Object.entries(engineMethods).map(
    ([name, method]) =>
      `    "${name}": ("${method.role}", protocol.${shapeName(method.params)}, protocol.${shapeName(method.result)}),`,
  );
  const notifications = Object.entries(engineNotifications).map(
    ([name, shape]) => `    "${name}": protocol.${shapeName(shape)},`,
  );
  const errors = Object.entries(errorCodes).map(([code, type]) => `    "${code}": "${type}",`);
  return `${header}
"""The tables of the contract: methods, notifications, error codes."""

from typing import Final

from quarterdeck import protocol
from quarterdeck.message import Message

VERSION: Final = ${contractVersion}

ERROR: Final = ${engineErrorCode}

METHODS: Final[dict[str, tuple[str, type[Message], type[Message]]]] = {
${methods.join('\n')}
}

NOTIFICATIONS: Final[dict[str, type[Message]]] = {
${notifications.join('\n')}
}

FRAMES: Final = (${frames.map((frame) => `"${frame}"`).join(', ')})

ERROR_TYPES: Final[dict[str, str]] = {
${errors.join('\n')}
}
`;
}

/** Draft 7: what editors know best. */
function settingsSchema(): string {
  const schema = z.toJSONSchema(WorkspaceSettings, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function shapeName(shape: z.ZodType): string {
  const id = z.globalRegistry.get(shape)?.id;
  if (!id) throw new Error('a shape of the contract has no id');
  return id;
}
