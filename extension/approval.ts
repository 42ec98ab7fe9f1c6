import { ApprovalQuestion, approvalKey } from '../server/protocol/approval.ts';

/** Shows a modal question with one button besides Cancel. @returns the button, when it was chosen. */
export type Dialog = (title: string, detail: string, button: string) => Thenable<string | undefined>;

/** A sentence in the reader's language, `{0}` and the like filled in. */
export type Translate = (sentence: string, ...values: string[]) => string;

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
  t: Translate,
  now = () => Date.now(),
): Promise<Result> {
  const question = ApprovalQuestion.safeParse(_meta?.[approvalKey]);
  // A form that is no question of approval has nobody to fill it in here.
  if (!question.success) return { action: 'cancel' };
  const { id, hash, action, paper, facts, expires } = question.data;
  const lines = facts.map(({ name, value }) => `${name}: ${value}`);
  // A dialog cannot be closed from here: it says itself when it is void.
  const until = t('A yes counts until {0} UTC.', expires.slice(11, 19));
  const detail = [...lines, until].join('\n');
  const yes = paper ? t('Confirm') : t('Send with Real Money');
  const title = paper ? `${action}?` : t('Real money: {0}', action);
  const chosen = await dialog(title, detail, yes);
  if (chosen !== yes || now() >= Date.parse(expires)) return { action: 'decline' };
  return { action: 'accept', content: { confirm: true, id, hash } };
}
