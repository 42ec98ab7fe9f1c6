import { randomBytes } from 'node:crypto';
import type { OperatorClaim } from '../protocol/approval.ts';
import { type ErrorCode, QuarterdeckError } from '../protocol/errors.ts';
import type { Identity } from '../protocol/identity.ts';
import { Credentials } from './credentials.ts';
import type { ApprovalEntry, ApprovalLog } from './log.ts';
import { OperatorKey } from './operator.ts';
import { type Answer, type Confirmation, hashOf, type Person, type Question } from './question.ts';

export interface ApprovalSettings {
  log: ApprovalLog;
  /** Whether the server was started with QUARTERDECK_LIVE: counts only where no operator was ever appointed. */
  live: boolean;
  /** How long a question waits, in milliseconds; at most a minute. */
  patienceMs: number;
}

/** One call that needs a person's yes. */
export interface ApprovalOrder {
  tool: string;
  /** Exactly what the handler will get. */
  args: unknown;
  confirmation: Confirmation;
  caller: Identity;
  /** The calling client's own person, asked where there is no operator. */
  person: Person;
  signal: AbortSignal;
}

/** A yes to one call, good for one use with the arguments it was given for. */
export interface Approval {
  id: string;
  asked: Asked;
}

type Asked = 'operator' | 'caller';

const longestPatienceMs = 60_000;
/** Less than a minute, after which clients give a call up. */
export const usualPatienceMs = 50_000;

interface Operator extends Person {
  armed: boolean;
}

/**
 * Asks a person before real money moves, and keeps what was decided.
 *
 * The operator's sessions are asked; where no operator was ever appointed, the calling client. Whatever is not a clear
 * and timely yes to these very arguments is a no.
 */
export class Approvals {
  readonly credentials = new Credentials();
  readonly key = new OperatorKey();
  private readonly operators = new Map<Person, Operator>();

  constructor(private readonly settings: ApprovalSettings) {}

  /**
   * Takes a session as one of the operator's, or takes its settings anew.
   *
   * @throws QuarterdeckError OPERATOR_REFUSED
   */
  async claim(
    { secret, armed, credentials }: OperatorClaim,
    person: Person,
    caller: Identity,
  ): Promise<void> {
    const accepted = this.key.matches(secret);
    await this.keep({ outcome: accepted ? 'operator_accepted' : 'operator_refused', caller });
    if (!accepted) {
      throw new QuarterdeckError(
        'OPERATOR_REFUSED',
        'This session is not the operator’s.',
        'Only the editor that was appointed when it attached can be; another one works as any client does.',
      );
    }
    this.credentials.set(credentials);
    this.operators.set(person, { armed, ask: (...question) => person.ask(...question) });
  }

  isOperator(person: Person): boolean {
    return this.operators.has(person);
  }

  leave(person: Person): void {
    this.operators.delete(person);
  }

  /** Whether real money may move at all, a person’s yes to each call presupposed. */
  get armed(): boolean {
    if (!this.key.appointed) return this.settings.live;
    return [...this.operators.values()].some((operator) => operator.armed);
  }

  /**
   * Waits for a person's yes.
   *
   * @throws QuarterdeckError LIVE_NOT_ARMED, APPROVAL_UNAVAILABLE, APPROVAL_DECLINED, APPROVAL_TIMEOUT, APPROVAL_INVALID,
   * CANCELLED
   */
  async ask(order: ApprovalOrder): Promise<Approval> {
    const question = this.question(order);
    const asked: Asked = this.key.appointed ? 'operator' : 'caller';
    const { id, tool, hash, action, facts } = question;
    const entry = { caller: order.caller, asked, question: id, tool, arguments_hash: hash, action, facts };
    if (!this.armed && !order.confirmation.paper) {
      await this.keep({ ...entry, outcome: 'not_armed' });
      throw notArmed(this.key.appointed);
    }
    const people = this.key.appointed ? [...this.operators.values()] : [order.person];
    if (people.length === 0) {
      await this.keep({ ...entry, outcome: 'unavailable' });
      throw unavailable(asked);
    }
    await this.keep({ ...entry, outcome: 'asked' });
    const outcome = await this.decide(question, people, order);
    await this.keep({ ...entry, outcome });
    if (outcome !== 'approved') throw refused(outcome, asked);
    // The same object goes to the handler: what it says now is what was asked.
    if (hashOf(tool, order.args) !== hash) throw refused('invalid_answer', asked);
    return { id, asked };
  }

  private question({ tool, args, confirmation }: ApprovalOrder): Question {
    const patience = Math.min(this.settings.patienceMs, longestPatienceMs);
    return {
      ...confirmation,
      id: randomBytes(16).toString('hex'),
      tool,
      hash: hashOf(tool, args),
      expires: Date.now() + patience,
    };
  }

  /** The first yes or no of all who are asked; then the others are told that it is settled. */
  private async decide(
    question: Question,
    people: Person[],
    { signal }: ApprovalOrder,
  ): Promise<Refusal | 'approved'> {
    const settled = new AbortController();
    const late = AbortSignal.timeout(Math.max(0, question.expires - Date.now()));
    const over = AbortSignal.any([signal, late, settled.signal]);
    const answers = people.map(async (person) => {
      const answer = await person.ask(question, over);
      // Who cannot answer leaves it to the others.
      if (answer.verdict === 'unsupported') throw new Error('unsupported');
      return answer;
    });
    try {
      const answer = await Promise.race([Promise.any(answers), aborted(over)]);
      if (signal.aborted) return 'cancelled';
      if (answer === 'aborted' || Date.now() >= question.expires) return 'timeout';
      return verdictOf(answer, question);
    } catch {
      return signal.aborted ? 'cancelled' : late.aborted ? 'timeout' : 'unavailable';
    } finally {
      settled.abort();
    }
  }

  private async keep(entry: Omit<ApprovalEntry, 'time'>): Promise<void> {
    try {
      await this.settings.log.append({ time: new Date().toISOString(), ...entry });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new QuarterdeckError(
        'APPROVAL_UNAVAILABLE',
        `What was decided cannot be written down (${reason}), so nothing is done.`,
        'Make .quarterdeck in the workspace writable, then try again.',
      );
    }
  }
}

type Refusal = 'declined' | 'timeout' | 'cancelled' | 'unavailable' | 'invalid_answer';

function verdictOf(answer: Answer, { id, hash }: Question): Refusal | 'approved' {
  if (answer.verdict !== 'approved') return answer.verdict === 'declined' ? 'declined' : 'unavailable';
  return answer.id === id && answer.hash === hash ? 'approved' : 'invalid_answer';
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

function notArmed(appointed: boolean): QuarterdeckError {
  return new QuarterdeckError(
    'LIVE_NOT_ARMED',
    'Trading with real money is not armed, so nothing was sent.',
    appointed
      ? 'A person arms it in the editor’s user settings (quarterdeck.liveTrading), in a trusted workspace.'
      : 'A person arms it by starting the server with QUARTERDECK_LIVE=1; demo and sandbox nodes need none of this.',
  );
}

function unavailable(asked: Asked): QuarterdeckError {
  return new QuarterdeckError(
    'APPROVAL_UNAVAILABLE',
    asked === 'operator'
      ? 'A person must confirm this in the editor, and it is not there or cannot ask; nothing was sent.'
      : 'A person must confirm this, and this client cannot ask one (it has no elicitation); nothing was sent.',
    asked === 'operator'
      ? 'Open the workspace in the editor with Quarterdeck, then call again.'
      : 'Use a client with MCP elicitation, or open the workspace in VS Code with Quarterdeck.',
  );
}

const refusals: Record<Exclude<Refusal, 'unavailable'>, [ErrorCode, string, string]> = {
  declined: [
    'APPROVAL_DECLINED',
    'A person was asked and declined; nothing was sent.',
    'Do not ask again unless the person says so.',
  ],
  timeout: [
    'APPROVAL_TIMEOUT',
    'A person was asked and did not answer in time; nothing was sent.',
    'Call again when the person is there to confirm.',
  ],
  cancelled: [
    'CANCELLED',
    'The call was cancelled while a person was asked; nothing was sent.',
    'Nothing to do.',
  ],
  invalid_answer: [
    'APPROVAL_INVALID',
    'The confirmation was not for these arguments; nothing was sent.',
    'Call again: a confirmation is good for one call with the arguments that were shown.',
  ],
};

function refused(outcome: Refusal, asked: Asked): QuarterdeckError {
  if (outcome === 'unavailable') return unavailable(asked);
  return new QuarterdeckError(...refusals[outcome]);
}
