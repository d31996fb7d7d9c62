import type { Problem } from '@benchbus/suites';
import { attributesOf, jsonOf, whereOf } from './attributes.ts';
import { envelopeHash } from './hash.ts';
import type { StoredMessage } from './stored-message.ts';

/** What is wrong with one fact. */
export interface ChainProblem extends Problem {
  readonly subject: string;
  readonly sequence: number;
}

/**
 * Takes stored facts of any number of aggregates, each in log order from its first, and says of each what is wrong: its hash
 * fits it, its prevhash and counter continue its aggregate. Remembers one hash an aggregate.
 */
export function createChainVerifier(): (stored: StoredMessage) => ChainProblem[] {
  const last = new Map<string, { hash: string; counter: number }>();
  return (stored) => {
    const problems: ChainProblem[] = [];
    const { subject, sequence } = stored;
    const report = (code: string, message: string) =>
      problems.push({ code, message, where: whereOf(stored), subject, sequence });
    const ce = attributesOf(stored.headers);
    const before = last.get(subject) ?? { hash: '', counter: 0 };
    let hash: string;
    try {
      hash = envelopeHash(ce, jsonOf(stored));
    } catch {
      report('EVENT_UNREADABLE', 'the message is not an event');
      return problems;
    }
    if (ce['ce-hash'] !== hash) report('HASH_MISMATCH', 'the event is not what its hash was made of');
    if (ce['ce-prevhash'] !== before.hash) report('CHAIN_BROKEN', 'the event does not continue the one before it');
    if (ce['ce-counter'] !== String(before.counter + 1)) report('COUNTER_GAP', `expected ${before.counter + 1}`);
    last.set(subject, { hash: ce['ce-hash'] ?? '', counter: Number(ce['ce-counter']) });
    return problems;
  };
}

/** Audits the chains of stored facts; empty = intact. */
export const verifyChain = (messages: Iterable<StoredMessage>): ChainProblem[] => {
  const verify = createChainVerifier();
  return [...messages].flatMap((stored) => verify(stored));
};
