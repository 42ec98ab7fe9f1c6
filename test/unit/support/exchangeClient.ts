import { createHmac } from 'node:crypto';
import { answer } from '../../../server/exchange/rest.ts';
import { type PracticeVenue, practice } from '../../../server/exchange/venue.ts';

/** Query of a signed request, as a client of the practice account sends it. */
export function signed(params: Record<string, string>): string {
  const query = new URLSearchParams({ ...params, timestamp: String(Date.now()) }).toString();
  return `${query}&signature=${createHmac('sha256', practice.secret).update(query).digest('hex')}`;
}

/** What the venue answers the practice account, without a wire. */
export function ask(
  venue: PracticeVenue,
  method: string,
  path: string,
  params: Record<string, string>,
): unknown {
  const query = signed(params);
  return answer(venue, {
    method,
    path,
    params: new URLSearchParams(query),
    payload: query.replace(/&signature=.*$/, ''),
    apiKey: practice.apiKey,
  });
}
