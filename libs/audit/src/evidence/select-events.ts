import {
  attributesOf,
  decodeEvent,
  subjects,
  UnreadableMessage,
  type AnyRecorded,
  type StoredMessage,
} from '@benchbus/events';
import type { Entry } from '../entry.ts';
import { suiteScope } from '../suite-scope.ts';

/** The event, or undefined for what an audit will report. */
export function readEvent(stored: StoredMessage): AnyRecorded | undefined {
  try {
    return decodeEvent(stored);
  } catch (error) {
    if (error instanceof UnreadableMessage) return undefined;
    throw error;
  }
}

export interface SelectedEvents {
  readonly messages: readonly StoredMessage[];
  /** Of the last event that was written for the suite. */
  readonly lastSequence: number;
}

/**
 * Everything a suite's evidence needs: its own aggregates as wholes, and those it shares (host, capacity, pool) from their
 * first event to the suite's last, so that every chain can be followed. Reads the log twice.
 */
export async function selectEvents(suiteId: string, log: () => AsyncIterable<StoredMessage>): Promise<SelectedEvents> {
  const scope = suiteScope(suiteId);
  const shared = new Set<string>();
  let lastSequence = 0;
  for await (const stored of log()) {
    const ce = attributesOf(stored.headers);
    const { subject, sequence } = stored;
    const entry: Entry = { stored, subject, sequence, ce, event: readEvent(stored) };
    scope.take(entry);
    if (ce['ce-correlationid'] !== suiteId) continue;
    lastSequence = sequence;
    shared.add(subject);
    if (entry.event?.name !== 'NetworkReserved') continue;
    // What the run was granted may stand in one fact with other suites' runs, and under one of those.
    const { hostId, pool } = entry.event.data;
    // A name that Node's own reading of TypeScript takes: `of of` it does not.
    for (const granted of [subjects.host(hostId), subjects.capacity(hostId), subjects.pool(pool.scope, pool.cidr)])
      shared.add(granted);
  }
  const messages: StoredMessage[] = [];
  for await (const stored of log()) {
    const wanted = scope.owns(stored.subject) || (shared.has(stored.subject) && stored.sequence <= lastSequence);
    if (wanted) messages.push(stored);
  }
  return { messages, lastSequence };
}
