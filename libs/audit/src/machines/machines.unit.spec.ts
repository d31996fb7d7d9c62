import { parseSubject, type AnyRecorded } from '@benchbus/events';
import { decodeEvent, EVENTS } from '@benchbus/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legalityCheck } from '../checks/legality.ts';
import type { Finding } from '../finding.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { MACHINES } from './index.ts';

const events: AnyRecorded[] = recordedLog().map(decodeEvent);
const stored = recordedLog();

function illegal(order: readonly number[]): Finding[] {
  const findings: Finding[] = [];
  const check = legalityCheck((code, at, message) => void findings.push({ code, ...at, message }));
  for (const index of order) {
    const event = events[index];
    const message = stored[index];
    if (event === undefined || message === undefined) continue;
    check.take({ stored: message, subject: event.subject, sequence: event.sequence, ce: {}, event });
  }
  return findings;
}
const all = events.map((_, index) => index);

/** Indices of an aggregate's events. */
const byAggregate = [...Map.groupBy(all, (index) => events[index]?.subject ?? '').values()];

describe('the state machines', () => {
  it('know every event of the catalogue', () => {
    for (const [name, { aggregate }] of Object.entries(EVENTS)) {
      const steps = MACHINES[aggregate].flatMap(({ table }) => Object.values(table).flatMap((row) => Object.keys(row)));
      expect(steps.map((step) => step.split(':')[0])).toContain(name);
    }
  });

  it('lead from the beginning to every state that they name', () => {
    for (const machine of Object.values(MACHINES).flat()) {
      const reached = new Set(['none']);
      for (const state of reached) for (const next of Object.values(machine.table[state] ?? {})) reached.add(next);
      expect([...reached].sort(), machine.of).toEqual(Object.keys(machine.table).sort());
    }
  });

  it('take what a real stack wrote', () => expect(illegal(all)).toEqual([]));

  it('take it in every order that keeps that of each aggregate', () => {
    const orders = fc.shuffledSubarray(all, { minLength: all.length }).map((order) => {
      const queues = new Map(byAggregate.map((indices) => [events[indices[0] ?? 0]?.subject, [...indices]]));
      return order.map((index) => queues.get(events[index]?.subject)?.shift() ?? 0);
    });
    fc.assert(
      fc.property(orders, (order) => illegal(order).length === 0),
      { numRuns: 30 },
    );
  });

  it('refuse any aggregate that begins with something else', () => {
    const later = byAggregate.flatMap((indices) => {
      const [first, ...rest] = indices;
      const aggregate = parseSubject(events[first ?? 0]?.subject ?? '')?.aggregate;
      // An event that any aggregate of its kind may begin with is none of these.
      return rest.filter((index) => {
        const event = events[index];
        return (
          event !== undefined &&
          aggregate !== undefined &&
          MACHINES[aggregate].some(({ table, step, key }) => key(event).length > 0 && !table['none']?.[step(event)])
        );
      });
    });
    expect(later.length).toBeGreaterThan(100);
    for (const index of later) expect(illegal([index])).not.toEqual([]);
  });
});
