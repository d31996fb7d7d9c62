import { BenchbusError, NatsUnreachable, subjects, type EventBus } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { watchRun } from '../adapters/run-watch.ts';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import { Desk } from './desk.ts';
import type { RunnerContext } from './runner-context.ts';
import { createTaskLines } from './task-lines.ts';
import type { Worker } from './work-order.ts';

const SUBJECT = subjects.edge('run', 'pg');

/** A desk at a log that can be away: each call then fails as it does after the bus's patience. */
async function deskAt(worker: Pick<Worker, 'work'>) {
  const bus = createMemoryBus();
  const deadline = new Date(Date.now() + 60_000).toISOString();
  const data = { stage: 'database' as const, attempt: 1, deadline };
  await bus.log.append(
    { name: 'RunStageStarted', subject: subjects.run('run'), cause: 'test', correlation: 's', data },
    0,
  );
  const outage = { callsLeft: 0, missed: 0 };
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    if (outage.callsLeft === 0) return work();
    outage.callsLeft -= 1;
    outage.missed += 1;
    throw new NatsUnreachable('nats://test', 'away');
  };
  const log: EventBus['log'] = {
    incarnation: bus.log.incarnation,
    append: (draft, expected) => call(() => bus.log.append(draft, expected)),
    read: (subject, after) => call(() => bus.log.read(subject, after)),
    readStored: (...asked) => bus.log.readStored(...asked),
    lastSequence: () => bus.log.lastSequence(),
    waitFor: (...asked) => bus.log.waitFor(...asked),
    follow: (options) => bus.log.follow(options),
  };
  const stopping = new AbortController();
  const context = {
    config: {
      BENCHBUS_FENCE: { incarnation: log.incarnation, sequence: 1 },
      BENCHBUS_SUITE: 's',
      BENCHBUS_LOG_RETRY_MS: 5,
    },
    bus: { log },
    logger: pino({ level: 'silent' }),
    secrets: ['the-operators-secret'],
    taskLines: createTaskLines(),
    role: { kind: 'database', node: { name: 'pg' } },
    subject: SUBJECT,
    instance: 'i',
    watch: await watchRun({ log } as EventBus, 'run'),
    stopping: stopping.signal,
  } as unknown as RunnerContext;
  const failed: Worker['failed'] = ({ attempt, claim }, problem) =>
    Promise.resolve({
      name: 'DatabaseFailed',
      subject: SUBJECT,
      cause: claim.id,
      attempt,
      correlation: 's',
      data: { attempt, problem },
    });
  const names = async () => (await bus.log.read(SUBJECT)).map(({ name }) => name);
  const facts = () => bus.log.read(SUBJECT);
  return { desk: new Desk(context, { ...worker, failed }), outage, stopping, names, facts };
}

const done: Worker['work'] = ({ attempt, claim }) =>
  Promise.resolve({
    name: 'DatabaseReady',
    subject: SUBJECT,
    cause: claim.id,
    attempt,
    correlation: 's',
    data: { attempt, serverVersion: '18', proven: {} },
  });

it('a log that is away when the work is asked for, fenced and done loses no outcome, and fails none', async () => {
  const { desk, outage, names } = await deskAt({
    work: async (order) => {
      outage.callsLeft = 3;
      await order.mayCreate();
      outage.callsLeft = 3;
      return done(order);
    },
  });
  outage.callsLeft = 3;
  await expect(desk.perform('database', 1)).resolves.toMatchObject({ outcome: { name: 'DatabaseReady' } });
  expect(outage.missed).toBe(9);
  expect(await names()).toEqual(['SetupStarted', 'DatabaseReady']);
});

it('what a log that is away keeps from being told is left to the next runner when this one stops', async () => {
  const { desk, outage, stopping, names } = await deskAt({
    work: (order) => {
      outage.callsLeft = Infinity;
      return done(order);
    },
  });
  const answer = desk.perform('database', 1);
  await expect.poll(() => outage.missed).toBeGreaterThan(2);
  stopping.abort();
  await expect(answer).rejects.toThrow(RunnerStopping);
  expect(await names()).toEqual(['SetupStarted']);
});

it('a failed tool that prints a secret leaves none in the log', async () => {
  const { desk, facts } = await deskAt({
    work: () =>
      Promise.reject(
        new BenchbusError({
          code: 'TOOL_FAILED',
          message: 'said: the-operators-secret',
          hint: 'the-operators-secret?',
        }),
      ),
  });
  await expect(desk.perform('database', 1)).resolves.toMatchObject({ outcome: { name: 'DatabaseFailed' } });
  const text = JSON.stringify(await facts());
  expect(text).toContain('TOOL_FAILED');
  expect(text).not.toContain('the-operators-secret');
});
