import { ApprovalQuestion, approvalKey } from '../server/protocol/approval.ts';

/** Shows a modal question with one button besides Cancel. @returns the button, when it was chosen. */
export type Dialog = (title: string, detail: string, button: string) => Thenable<string | undefined>;

/** As the protocol has it: an elicitation's answer. */
type Result =
  | { action: 'accept'; content: { confirm: true; id: string; hash: string } }
  | { action: 'decline' | 'cancel' };

/**
 * Puts the server's question to the person at the editor. Only a click on the button, in time, is a yes; it is given
 * with the id and the hash of what was shown.
 */
export async function answerApproval(
  { _meta }: { _meta?: Record<string, unknown> | undefined },
  dialog: Dialog,
  now = () => Date.now(),
): Promise<Result> {
  const question = ApprovalQuestion.safeParse(_meta?.[approvalKey]);
  // A form that is no question of approval has nobody to fill it in here.
  if (!question.success) return { action: 'cancel' };
  const { id, hash, action, paper, facts, expires } = question.data;
  const lines = facts.map(({ name, value }) => `${name}: ${value}`);
  // A dialog cannot be closed from here: it says itself when it is void.
  const detail = [...lines, `A yes counts until ${expires.slice(11, 19)} UTC.`].join('\n');
  const yes = paper ? 'Confirm' : 'Send with Real Money';
  const chosen = await dialog(paper ? `${action}?` : `Real money: ${action}`, detail, yes);
  if (chosen !== yes || now() >= Date.parse(expires)) return { action: 'decline' };
  return { action: 'accept', content: { confirm: true, id, hash } };
}
