import type {
  ClientCapabilities,
  ElicitRequestFormParams,
  ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import type { Answer, Question } from '../approvals/question.ts';
import { type ApprovalQuestion, approvalKey } from '../protocol/approval.ts';

/** True when the client can show a form. */
export function canElicit(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation;
  // An older client says only that it can, which means forms.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** A question as a form with one box to tick. What is shown is data of the call, a line each. */
export function elicitation({
  id,
  hash,
  tool,
  action,
  paper,
  facts,
  expires,
}: Question): ElicitRequestFormParams {
  const shown: ApprovalQuestion = {
    ...{ id, hash, tool, action: oneLine(action) },
    ...(paper ? { paper } : {}),
    facts: facts.map(({ name, value }) => ({ name, value: oneLine(value) })),
    expires: new Date(expires).toISOString(),
  };
  const lines = shown.facts.map(({ name, value }) => `${name}: ${value}`);
  return {
    mode: 'form',
    message: [`${paper ? 'NO REAL MONEY' : 'REAL MONEY'}: ${shown.action}`, ...lines].join('\n'),
    requestedSchema: {
      type: 'object',
      properties: {
        confirm: {
          type: 'boolean',
          title: paper ? 'Yes, do exactly this' : 'Yes, do exactly this with real money',
          default: false,
        },
      },
      required: ['confirm'],
    },
    _meta: { [approvalKey]: shown },
  };
}

/** What the calling client's person says: its answer belongs to our request, which is the binding. */
export function answerOfCaller({ action, content }: ElicitResult, { id, hash }: Question): Answer {
  const said = Ticked.safeParse(content);
  return action === 'accept' && said.success ? { verdict: 'approved', id, hash } : { verdict: 'declined' };
}

/** What the operator says: it repeats the question's id and hash, which it showed beside the button. */
export function answerOfOperator({ action, content }: ElicitResult): Answer {
  if (action !== 'accept') return { verdict: 'declined' };
  const said = Ticked.extend({ id: z.string(), hash: z.string() }).safeParse(content);
  return said.success
    ? { verdict: 'approved', id: said.data.id, hash: said.data.hash }
    : { verdict: 'approved', id: '', hash: '' };
}

const Ticked = z.object({ confirm: z.literal(true) });

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, 300);
}
