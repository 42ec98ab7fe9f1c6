import * as z from 'zod';

/** 256 bits or more, as hexadecimal or base64 text. */
export const OperatorSecret = z.string().regex(/^[A-Za-z0-9+/=_-]{43,200}$/);

/** A client's claim to be the operator: a request of ours within the protocol. */
export const OperatorClaim = z.strictObject({
  secret: OperatorSecret,
  armed: z.boolean().default(false),
  /** Credentials of venues by name; null forgets one. */
  credentials: z.record(z.string(), z.string().nullable()).default({}),
});
export type OperatorClaim = z.infer<typeof OperatorClaim>;

/** The request with which a client claims to be the operator. */
export const operatorMethod = 'quarterdeck/operator';

/** Where a form of ours is marked as a question of approval, in its `_meta`. */
export const approvalKey = 'quarterdeck/approval';

/** What the operator is asked: shown as it stands, and repeated with the answer by its id and hash. */
export const ApprovalQuestion = z.strictObject({
  id: z.string(),
  hash: z.string().describe('SHA-256 of the tool’s name and its arguments.'),
  tool: z.string(),
  action: z.string(),
  paper: z.literal(true).optional().describe('No real money is at stake.'),
  facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  expires: z.iso.datetime().describe('A later answer is void.'),
});
export type ApprovalQuestion = z.infer<typeof ApprovalQuestion>;
