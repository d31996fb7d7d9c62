import { COMPLETED, recordedLog } from '@benchbus/audit/testing';
import { decodeEvent } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { emptyBoard } from './board/board.ts';
import { evolveBoard } from './board/evolve.ts';
import { isBeyond, parseAsOf, replayed, SuiteDetails, type AsOf } from './replayed.ts';

const events = recordedLog().map(decodeEvent);

function asOf(moment: AsOf) {
  const board = emptyBoard();
  const details = new SuiteDetails();
  let latest = events[0];
  for (const event of events) {
    if (isBeyond(event, moment)) break;
    evolveBoard(board, event);
    details.take(event);
    latest = event;
  }
  return latest && replayed(board, details, COMPLETED, latest);
}
const firstRun = (sequence: number) => asOf({ sequence })?.suite.runs[0];

describe('a suite of a recorded log, as of a moment', () => {
  it('was not there before it was accepted', () => expect(asOf({ sequence: 2 })).toBeUndefined());

  it('had its stage, its leases and its topology', () => {
    expect(firstRun(5)).toMatchObject({ phase: 'queued', topology: [] });
    expect(firstRun(10)).toMatchObject({ phase: 'network', holds: { blocks: [{ cidr: '127.64.0.0/24' }] } });
    expect(firstRun(14)).toMatchObject({
      phase: 'provision',
      topology: [
        { name: 'pg', processes: ['postgres (primary)'], state: 'there' },
        { name: 'load', processes: ['load'], state: 'planned' },
      ],
    });
    expect(firstRun(23)).toMatchObject({ phase: 'workload', artifacts: [] });
  });

  it('had its results so far, and gave everything back', () => {
    expect(firstRun(24)?.summary?.tps).toBeGreaterThan(10);
    expect(firstRun(27)?.artifacts).toHaveLength(2);
    const end = firstRun(events.length);
    expect(end).toMatchObject({ phase: 'released', outcome: 'completed' });
    expect(end?.holds).toBeUndefined();
    expect(end?.topology.map(({ state }) => state)).toEqual(['gone', 'gone']);
  });

  it('is found by time as by sequence', () => {
    const at = events.find(({ name }) => name === 'WorkloadStarted');
    expect(asOf({ time: Date.parse(at?.time ?? '') })?.sequence).toBe(at?.sequence);
  });

  it.each([
    ['33', { sequence: 33 }],
    ['2026-11-28T05:44:00Z', { time: Date.parse('2026-11-28T05:44:00Z') }],
    ['0', undefined],
    ['yesterday', undefined],
    ['5.5', undefined],
  ])('%s is a moment or none', (text, moment) => expect(parseAsOf(text)).toEqual(moment));
});
