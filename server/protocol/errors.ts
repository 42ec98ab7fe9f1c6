import * as z from 'zod';

/**
 * Every error code that can leave this product, with the kind of failure it is.
 * The list is closed: adding a code here is the only way to make one.
 */
export const errorCodes = {
  INVALID_ARGUMENTS: 'validation',
  UNSAFE_INTEGER: 'validation',
  UNKNOWN_TOOL: 'validation',
  UNKNOWN_RESOURCE: 'validation',
  UNKNOWN_PROMPT: 'validation',
  PATH_OUTSIDE_WORKSPACE: 'validation',
  FILE_NOT_FOUND: 'validation',
  FILE_UNREADABLE: 'validation',
  FILE_EMPTY: 'validation',
  FILE_EXISTS: 'validation',
  BUNDLE_INVALID: 'validation',
  FILE_UNWRITABLE: 'environment',
  COLUMNS_MISSING: 'validation',
  VALUE_UNREADABLE: 'validation',
  DATA_UNSORTED: 'validation',
  DATA_DUPLICATE_TIMES: 'validation',
  DATA_MIXED_PRECISION: 'validation',
  DATA_OUT_OF_RANGE: 'validation',
  NO_DATA: 'validation',
  CATALOG_NOT_FOUND: 'validation',
  CATALOG_CONFLICT: 'validation',
  CATALOG_PRECISION: 'validation',
  CATALOG_UNWRITABLE: 'environment',
  CATALOG_UNREACHABLE: 'connection',
  DEFINITIONS_MISSING: 'validation',
  UNKNOWN_INSTRUMENT: 'validation',
  INVALID_INSTRUMENT: 'validation',
  INVALID_BAR_TYPE: 'validation',
  INVALID_IDENTIFIER: 'validation',
  VENUE_MISMATCH: 'validation',
  UNKNOWN_CURRENCY: 'validation',
  INVALID_BALANCE: 'validation',
  INVALID_TIME_RANGE: 'validation',
  SUBSCRIPTION_UNSERVED: 'validation',
  BOOK_TYPE_MISMATCH: 'validation',
  BAR_TYPE_UNEXECUTABLE: 'validation',
  PRECISION_MISMATCH: 'validation',
  DUPLICATE_ID: 'validation',
  INVALID_CONFIG: 'validation',
  UNKNOWN_SOURCE: 'validation',
  WRONG_CLASS: 'validation',
  UNSUPPORTED: 'validation',
  RUN_NOT_FOUND: 'validation',
  RUN_NOT_FINISHED: 'validation',
  READ_ONLY: 'validation',
  TOOL_EXCLUDED: 'validation',
  LIVE_NOT_ARMED: 'validation',
  APPROVAL_DECLINED: 'validation',
  APPROVAL_TIMEOUT: 'validation',
  APPROVAL_UNAVAILABLE: 'validation',
  APPROVAL_INVALID: 'validation',
  OPERATOR_REFUSED: 'validation',
  NODE_NOT_FOUND: 'validation',
  NODE_EXISTS: 'validation',
  NODE_NOT_RUNNING: 'validation',
  UNKNOWN_PROFILE: 'validation',
  INVALID_ORDER: 'validation',
  ORDER_NOT_FOUND: 'validation',
  ORDER_CONFLICT: 'validation',
  ORDERS_UNKNOWN: 'connection',
  POSITION_NOT_FOUND: 'validation',
  STRATEGY_NOT_FOUND: 'validation',
  NO_MARKET: 'validation',
  NODE_START_FAILED: 'system',
  VENUE_NOT_FOUND: 'validation',
  VENUE_CONNECTED: 'validation',
  VENUE_NOT_CONNECTED: 'connection',
  VENUE_UNREACHABLE: 'connection',
  CREDENTIALS_MISSING: 'environment',
  CREDENTIALS_REFUSED: 'connection',
  WRONG_ENVIRONMENT: 'validation',
  STRATEGY_IMPORT_FAILED: 'strategy',
  STRATEGY_RAISED: 'strategy',
  STRATEGY_EXITED: 'strategy',
  SCRIPT_FAILED: 'strategy',
  SCRIPT_WITHOUT_RUN: 'strategy',
  ENGINE_REFUSED: 'strategy',
  ENGINE_ABORTED: 'system',
  ENGINE_LOST: 'system',
  ENGINE_UNRESPONSIVE: 'system',
  ENGINE_CONTRACT: 'system',
  ENGINE_RESTARTS: 'system',
  OUT_OF_MEMORY: 'system',
  RUN_TIMEOUT: 'system',
  CANCELLED: 'cancelled',
  BUSY: 'system',
  INTERNAL: 'system',
  SERVER_UNREACHABLE: 'connection',
  ADDRESS_UNAVAILABLE: 'environment',
  INSECURE_BIND: 'validation',
  INSECURE_TOKEN: 'environment',
  NO_PYTHON: 'environment',
  PYTHON_UNSUPPORTED: 'environment',
  ENGINE_NOT_INSTALLED: 'environment',
  PLATFORM_UNSUPPORTED: 'environment',
  DISK_FULL: 'environment',
  PACKAGE_MISSING: 'environment',
  NO_NETWORK: 'environment',
  SETUP_FAILED: 'environment',
} as const;

export type ErrorCode = keyof typeof errorCodes;
export type ErrorKind = (typeof errorCodes)[ErrorCode] | 'connection';

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** An error as every front end shows it: what is wrong, where, and what to do next. */
export const ErrorObject = z
  .strictObject({
    type: z.enum(['connection', 'validation', 'strategy', 'environment', 'system', 'cancelled']),
    code: z.enum(codes),
    message: z.string().describe('What is wrong, in one sentence.'),
    path: z.string().optional().describe('Where: a JSON path into the arguments, or file:line.'),
    next_step: z.string().describe('What to do next.'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ErrorObject' });
export type ErrorObject = z.infer<typeof ErrorObject>;

/** What strategies, files and venues say has no bound of its own; what is told of it has. */
const messageLength = 2000;
const pathLength = 500;
const detailLength = 4000;

/** The text, or its beginning with how long it was. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

function shortenedDetails(details: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(details).map(([key, value]) => {
    return [key, typeof value === 'string' ? shortened(value, detailLength) : value];
  });
  return Object.fromEntries(entries);
}

/** Thrown anywhere, turned into an answer in one place at the edge. */
export class QuarterdeckError extends Error {
  override readonly name = 'QuarterdeckError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly nextStep: string,
    readonly extra: { path?: string; details?: Record<string, unknown> } = {},
  ) {
    super(message);
  }

  toObject(): ErrorObject {
    return {
      type: errorCodes[this.code],
      code: this.code,
      message: shortened(this.message, messageLength),
      ...(this.extra.path === undefined ? {} : { path: shortened(this.extra.path, pathLength) }),
      next_step: this.nextStep,
      ...(this.extra.details === undefined ? {} : { details: shortenedDetails(this.extra.details) }),
    };
  }

  static fromObject(error: ErrorObject): QuarterdeckError {
    return new QuarterdeckError(error.code, error.message, error.next_step, {
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}

/** Any thrown value as an error of ours: one that nobody foresaw is a defect. */
export function toQuarterdeckError(error: unknown): QuarterdeckError {
  if (error instanceof QuarterdeckError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new QuarterdeckError(
    'INTERNAL',
    message,
    'This is a defect of Quarterdeck; please report it with the log.',
  );
}
