import type { Problem } from '@benchbus/suites';
import { attributesOf, jsonOf, whereOf } from './attributes.ts';
import { envelopeHash } from './hash.ts';
import type { StoredMessage } from './stored-message.ts';

/**
 * Audits stored facts of any number of aggregates, each in log order from its first: every hash fits its event, every
 * prevhash and counter continues its aggregate. Returns what is wrong; empty = intact.
 */
export function verifyChain(messages: Iterable<StoredMessage>): Problem[] {
  const problems: Problem[] = [];
  const last = new Map<string, { hash: string; counter: number }>();
  for (const stored of messages) {
    const report = (code: string, message: string) => problems.push({ code, message, where: whereOf(stored) });
    const ce = attributesOf(stored.headers);
    const before = last.get(stored.subject) ?? { hash: '', counter: 0 };
    let hash: string;
    try {
      hash = envelopeHash(ce, jsonOf(stored));
    } catch {
      report('EVENT_UNREADABLE', 'the message is not an event');
      continue;
    }
    if (ce['ce-hash'] !== hash) report('HASH_MISMATCH', 'the event is not what its hash was made of');
    if (ce['ce-prevhash'] !== before.hash) report('CHAIN_BROKEN', 'the event does not continue the one before it');
    if (ce['ce-counter'] !== String(before.counter + 1)) report('COUNTER_GAP', `expected ${before.counter + 1}`);
    last.set(stored.subject, { hash: ce['ce-hash'] ?? '', counter: Number(ce['ce-counter']) });
  }
  return problems;
}
