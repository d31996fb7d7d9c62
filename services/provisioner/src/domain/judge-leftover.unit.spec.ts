import type { AnyRecorded } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { destroyed, HOST, planned, recorded, released, requested, stageStarted } from '../testing/history.ts';
import { deploymentView } from './deployment-view.ts';
import { judgeLeftover } from './judge-leftover.ts';
import { mayRestartRunner } from './may-restart.ts';
import { runView } from './run-view.ts';

const judge = (
  run: AnyRecorded[],
  deployment: AnyRecorded[],
  now = 1,
  held = false,
  otherHostLives = false,
  standsIn = false,
) =>
  judgeLeftover({
    ...{ run: runView(run), deployment: deploymentView(deployment), hostId: HOST },
    ...{ now, held, otherHostLives, standsIn },
  }).verdict;
const asked = [stageStarted(1), requested(2)];
const LATER = 50_001;

describe('judgeLeftover', () => {
  it('keeps a run that is open, or whose lease is valid', () => {
    expect(judge(asked, [planned(3, 1)])).toBe('keep');
    expect(judge([...asked, recorded('RunCancelled', 4, { reason: 'x' })], [planned(3, 1)])).toBe('keep');
  });
  it('destroys when the lease is over and the holder gone, or the release was asked for', () => {
    expect(judge(asked, [planned(3, 1)], LATER)).toBe('destroy');
    expect(judge(asked, [planned(3, 1)], LATER, true)).toBe('keep');
    expect(judge([...asked, released(4)], [planned(3, 1)], 1, true)).toBe('destroy');
  });
  it('reclaims what the log does not know, has destroyed, or has put on another host', () => {
    expect(judge([], [])).toBe('reclaim');
    expect(judge([stageStarted(1), requested(2, 1, 'host-2')], [])).toBe('reclaim');
    expect(judge([...asked, released(4)], [planned(3, 1), destroyed(5)])).toBe('reclaim');
  });
  it('leaves what another host has on the same engine, while that lives, or its nodes do and their lease is valid', () => {
    const others = [stageStarted(1), requested(2, 1, 'host-2')];
    expect(judge(others, [], LATER, false, true)).toBe('keep');
    expect(judge([...others, released(4)], [], 1, false, true)).toBe('keep');
    expect(judge(others, [], 1, true)).toBe('keep');
    expect(judge(others, [], LATER, true)).toBe('reclaim');
    expect(judge(others, [], 1, false)).toBe('reclaim');
  });
});

it('judgeLeftover: what was said to be gone with the host is removed, whatever its lease and holders', () => {
  const lost = (run: AnyRecorded[], deployment: AnyRecorded[]) =>
    judgeLeftover({
      ...{ run: runView(run), deployment: deploymentView(deployment), hostId: HOST },
      ...{ now: 1, held: true, otherHostLives: false, lost: true },
    }).verdict;
  expect(lost(asked, [planned(3, 1)])).toBe('reclaim');
  expect(lost([...asked, released(4)], [planned(3, 1)])).toBe('destroy');
});

describe('judgeLeftover for a host that is gone, whose machines this one reaches', () => {
  const others = [stageStarted(1), requested(2, 1, 'host-2')];
  const standIn = (run: AnyRecorded[], deployment: AnyRecorded[], now = 1, held = false) =>
    judge(run, deployment, now, held, false, true);
  it('says in the log what it destroys, and keeps what that host would have kept', () => {
    expect(standIn([...others, released(4)], [planned(3, 1)], 1, true)).toBe('destroy');
    expect(standIn([...others, released(4)], [])).toBe('destroy');
    expect(standIn(others, [planned(3, 1)])).toBe('keep');
    expect(standIn(others, [planned(3, 1)], LATER)).toBe('destroy');
    expect(standIn(others, [planned(3, 1)], LATER, true)).toBe('keep');
    expect(standIn([...others, released(4)], [planned(3, 1), destroyed(5)])).toBe('reclaim');
  });
});

describe('mayRestartRunner', () => {
  const fence = { incarnation: '00000000-0000-4000-8000-000000000001', sequence: 1 };
  const may = (run: AnyRecorded[], deployment: AnyRecorded[], wanted = fence, now = 1) =>
    mayRestartRunner({
      run: runView(run),
      deployment: deploymentView(deployment),
      fence: wanted,
      hostId: HOST,
      now,
    });

  it('only for the plan in force of a run that goes on', () => {
    expect(may(asked, [planned(3, 1)])).toBe(true);
    expect(may([...asked, stageStarted(4, 1, 'database')], [planned(3, 1)])).toBe(true);
    expect(may([...asked, released(4)], [planned(3, 1)])).toBe(false);
    expect(may([...asked, requested(4, 2)], [planned(3, 1)])).toBe(false);
    expect(may(asked, [planned(3, 1), destroyed(4)])).toBe(false);
    expect(may(asked, [])).toBe(false);
    expect(may(asked, [planned(3, 1)], { ...fence, sequence: 7 })).toBe(false);
  });

  it('and of a failed one until its release: what its nodes hold is still being stored', () => {
    const failed = [...asked, recorded('RunFailed', 4, { problem: { code: 'TOOL_FAILED', message: 'x' } })];
    expect(may(failed, [planned(3, 1)])).toBe(true);
    expect(may(failed, [planned(3, 1)], fence, LATER)).toBe(false); // or the janitor would find it held for ever
    expect(may(asked, [planned(3, 1)], fence, LATER)).toBe(true);
    expect(may([...failed, released(5)], [planned(3, 1)])).toBe(false);
    expect(may([...asked, recorded('RunCancelling', 4, { reason: 'x' })], [planned(3, 1)])).toBe(false);
    expect(may([...asked, recorded('RunCancelled', 4, { reason: 'x' })], [planned(3, 1)])).toBe(false);
  });
});
