import { decideAndAppend, subjects, type AnyDraft, type EventData } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readSharing } from './read-sharing.ts';

const FAR = '2099-01-01T00:00:00.000Z';
const GIB = 2 ** 30;
const START = Date.parse('2026-11-01T12:00:00.000Z');

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const at = (second: number): void => void vi.setSystemTime(START + second * 1000);

function world() {
  const { log } = createMemoryBus();
  const add = async (draft: Omit<AnyDraft, 'cause' | 'discriminator'>) => {
    const length = (await log.read(draft.subject)).length;
    const whole = { ...draft, cause: 'x', discriminator: String(length) } as AnyDraft;
    await decideAndAppend(log, draft.subject, () => whole);
  };
  return {
    log,
    run: async (runId: string, more: Partial<EventData<'RunNetworkRequested'>> = {}) => {
      const request = { attempt: 1, suiteId: `of-${runId}`, target: 'local' as const, addresses: 2, cores: 1 };
      const rest = { memoryBytes: GIB, sharing: 'allowed' as const, hardwarePolicy: 'reject' as const };
      const data = { ...request, ...rest, deadline: FAR, leaseExpiresAt: FAR, ...more };
      await add({ name: 'RunNetworkRequested', subject: subjects.run(runId), data, correlation: `of-${runId}` });
      const pool = { scope: 'h', cidr: '127.64.0.0/16' };
      const reserved = { attempt: 1, hostId: 'h', cidr: '127.64.0.0/24', pool, leaseExpiresAt: FAR };
      await add({ name: 'NetworkReserved', subject: subjects.network(runId), data: reserved, correlation: runId });
    },
    grant: (cores: number, ...runIds: string[]) => {
      const share = { attempt: 1, cores, memoryBytes: cores * GIB, sharing: 'allowed' as const, leaseExpiresAt: FAR };
      const grants = runIds.map((runId) => ({ runId, ...share }));
      return add({ name: 'CapacityGranted', subject: subjects.capacity('h'), data: { grants }, correlation: 'h' });
    },
    release: (...runIds: string[]) =>
      add({ name: 'CapacityReleased', subject: subjects.capacity('h'), data: { runIds }, correlation: 'h' }),
  };
}

it('names the runs that had a share of the host while it was measured, and what they had', async () => {
  const { log, run, grant, release } = world();
  for (const runId of ['before', 'a', 'b', 'after']) await run(runId);
  at(0);
  await grant(1, 'before');
  at(1);
  await release('before');
  at(2);
  await grant(1, 'a');
  at(10);
  await grant(2, 'b');
  at(20);
  await release('b');
  at(30);
  await grant(1, 'after');
  const measured = { startedAt: new Date(START + 5_000).toISOString(), durationSeconds: 20 };
  expect(await readSharing(log, 'a', measured)).toEqual({
    mode: 'allowed',
    coTenants: [{ runId: 'b', suiteId: 'of-b', cores: 2, memoryBytes: 2 * GIB }],
  });
  expect(await readSharing(log, 'b', measured)).toMatchObject({ coTenants: [{ runId: 'a', suiteId: 'of-a' }] });
});

it('says of a run that had the host for itself that it had, and nothing of machines of its own', async () => {
  const { log, run } = world();
  const measured = { startedAt: FAR, durationSeconds: 1 };
  await run('alone', { sharing: 'exclusive' });
  await run('cloud', { target: 'yandex' });
  expect(await readSharing(log, 'alone', measured)).toEqual({ mode: 'exclusive', coTenants: [] });
  expect(await readSharing(log, 'cloud', measured)).toBeUndefined();
  expect(await readSharing(log, 'unknown', measured)).toBeUndefined();
});
