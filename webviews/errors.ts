import { type ErrorObject, QuarterdeckError } from '../server/protocol/errors.ts';

/** What any failure looks like to a page. */
export function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof QuarterdeckError) return error.toObject();
  return new QuarterdeckError(
    'INTERNAL',
    `This could not be shown: ${(error instanceof Error ? error.message : String(error)).slice(0, 300)}`,
    'This is a defect of Quarterdeck; please report it with the log.',
  ).toObject();
}
