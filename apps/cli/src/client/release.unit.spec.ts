import type { AnyDraft, EventBus } from '@benchbus/events';
import { decideAndAppend } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleSuite, RUN, SUITE } from '../testing/recorded.ts';
import { readHolds } from './read-holds.ts';
import { requestRelease, waitForRelease } from './release.ts';

let bus: EventBus;
beforeEach(() => {
  bus = createMemoryBus();
});
afterEach(() => bus.close());

const run = { subject: `evt.run.${RUN}`, cause: 'x', correlation: SUITE } as const;
const append = (draft: AnyDraft) => decideAndAppend(bus.log, draft.subject, () => draft);
const asked = { reason: 'asked' as const, deadline: '2026-11-25T10:00:00.000Z' };

describe('readHolds', () => {
  it('knows a suite from a run, and neither from what is rejected or unknown', async () => {
    const suite = { cause: 'x', correlation: SUITE };
    await append({
      ...suite,
      subject: `evt.suite.${SUITE}`,
      name: 'SuiteAccepted',
      data: { requestId: 'r', suite: exampleSuite(), runs: [{ runId: RUN, test: 'baseline', repeat: 1 }] },
    });
    await append({ ...run, name: 'RunCancelled', data: { reason: 'x' } });
    await append({
      ...suite,
      subject: 'evt.suite.bad',
      name: 'SuiteRejected',
      data: { requestId: 'r', problems: [{ code: 'X', message: 'x' }] },
    });
    expect(await readHolds(bus, SUITE)).toMatchObject({ suiteId: SUITE, runs: [{ runId: RUN }] });
    expect(await readHolds(bus, RUN)).toMatchObject({ suiteId: SUITE, runId: RUN });
    await expect(readHolds(bus, 'bad')).rejects.toMatchObject({ code: 'SUITE_REJECTED' });
    await expect(readHolds(bus, 'nope')).rejects.toMatchObject({ code: 'SUITE_UNKNOWN' });
    await expect(readHolds(bus, 'a.b')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

describe('release', () => {
  it('asks for one run, or for all', async () => {
    await requestRelease(bus, SUITE, RUN);
    await requestRelease(bus, SUITE);
    expect((await bus.requestsOf(SUITE)).map(({ request }) => request.data)).toEqual([{ runId: RUN }, {}]);
  });
  it('is over when nothing is left, or overdue', async () => {
    const { signal } = new AbortController();
    const waiting = waitForRelease(bus, RUN, signal);
    await append({ ...run, name: 'RunReleaseRequested', data: asked });
    const released = await append({ ...run, name: 'RunReleased', data: {} });
    expect(await waiting).toBe(released?.time);

    const other = { ...run, subject: 'evt.run.stuck' };
    await append({ ...other, name: 'RunReleaseRequested', data: asked });
    await append({ ...other, name: 'RunReleaseOverdue', data: { left: ['deployment'] } });
    const overdue = { code: 'RELEASE_OVERDUE', message: expect.stringContaining('left: deployment') as unknown };
    await expect(waitForRelease(bus, 'stuck', signal)).rejects.toMatchObject(overdue);
  });
});
