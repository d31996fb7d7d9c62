import { NatsUnreachable, type EventLog } from '@benchbus/events';
import { expect, it } from 'vitest';
import type { BoundWorkload } from '../workloads/index.ts';
import { withSharing } from './with-sharing.ts';

type Ran = Awaited<ReturnType<BoundWorkload['run']>>;

const MEASURED = { summary: { startedAt: '2026-11-01T12:00:00.000Z', durationSeconds: 1 }, result: { ops: 1 } };
const tool = {
  run: () => Promise.resolve(MEASURED as unknown as Ran),
  collect: () => Promise.resolve([]),
} satisfies BoundWorkload;

async function measure(read: EventLog['read'], patienceMs?: number) {
  const warned: unknown[] = [];
  const logger = { warn: (what: unknown) => void warned.push(what) };
  const [context] = [{ runId: 'r' }] as unknown as Parameters<BoundWorkload['run']>;
  const ran = await withSharing(tool, { read }, logger, patienceMs).run(context, new AbortController().signal);
  return { ran, warned };
}

it('a log that is away takes nothing from what was measured', async () => {
  const { ran, warned } = await measure(() => Promise.reject(new NatsUnreachable('nats://test', 'away')));
  expect(ran).toEqual(MEASURED);
  expect(warned).toEqual([expect.objectContaining({ code: 'NATS_UNREACHABLE' })]);
});

it('nor does one that does not answer', async () => {
  const { ran } = await measure(() => new Promise(() => undefined), 1);
  expect(ran).toEqual(MEASURED);
});
