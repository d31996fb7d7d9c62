import { subjects, type EventBus } from '@benchbus/events';
import { PlainLog } from '@benchbus/events/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { watchRun } from '../adapters/run-watch.ts';
import { Desk } from './desk.ts';
import type { RunnerContext } from './runner-context.ts';
import { createTaskLines } from './task-lines.ts';
import type { Worker } from './work-order.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const SUBJECT = subjects.edge('run', 'pg');
const logger = pino({ level: 'silent' });

/** `by`: which of two runner processes is asked; the second comes when the first is gone, or is only thought to be. */
interface Delivery {
  readonly attempt: number;
  readonly by: number;
  readonly turns: number;
}

async function late(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

async function deskOf(log: PlainLog, instance: string, performed: number[]): Promise<Desk> {
  const common = { subject: SUBJECT, correlation: 's' } as const;
  const worker: Worker = {
    work: async ({ attempt, claim, mayCreate }) => {
      await mayCreate();
      performed.push(attempt);
      await late(attempt);
      const data = { attempt, serverVersion: '18', proven: {} };
      return { name: 'DatabaseReady', ...common, cause: claim.id, attempt, data };
    },
    failed: ({ attempt, claim }, problem) =>
      Promise.resolve({ name: 'DatabaseFailed', ...common, cause: claim.id, attempt, data: { attempt, problem } }),
  };
  const context = {
    config: {
      BENCHBUS_FENCE: { incarnation: log.incarnation, sequence: 1 },
      BENCHBUS_SUITE: 's',
      BENCHBUS_LOG_RETRY_MS: 5,
    },
    bus: { log },
    logger,
    secrets: [],
    taskLines: createTaskLines(),
    role: { kind: 'database', node: { name: 'pg' } },
    subject: SUBJECT,
    instance,
    watch: await watchRun({ log } as unknown as EventBus, 'run'),
    stopping: new AbortController().signal,
  } as unknown as RunnerContext;
  return new Desk(context, worker);
}

/** Attempts 1 to `attempts` of the set-up begin one after the other, each when a share of the tasks was delivered. */
async function outcome(attempts: number, deliveries: readonly Delivery[]) {
  const log = new PlainLog(() => NOW);
  const performed: number[] = [];
  const desks = [await deskOf(log, 'one', performed), await deskOf(log, 'two', performed)];
  let version = 0;
  const begin = async (attempt: number) => {
    const data = { stage: 'database', attempt, deadline: '2100-01-01T00:00:00Z' } as const;
    const draft = { name: 'RunStageStarted', subject: subjects.run('run'), data, cause: `${attempt}` } as const;
    version = (await log.append({ ...draft, correlation: 's' }, version)).event.sequence;
  };
  const answers: Promise<unknown>[] = [];
  const share = Math.ceil(deliveries.length / attempts);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    await begin(attempt);
    for (const one of deliveries.slice((attempt - 1) * share, attempt * share)) {
      await late(one.turns);
      const desk = desks[one.by];
      // The dispatcher hands an attempt out when its stage is in the log.
      if (desk) answers.push(desk.perform('database', Math.min(one.attempt, attempt)));
    }
  }
  // The newest attempt's task comes at last, whatever became of the others.
  answers.push(...desks.map((desk) => desk.perform('database', attempts)));
  await Promise.all(answers);
  const events = await log.read(SUBJECT);
  const of = (name: 'SetupStarted' | 'DatabaseReady' | 'DatabaseFailed') =>
    events.flatMap((event) => (event.name === name ? [event.data.attempt] : []));
  return { started: of('SetupStarted'), ready: of('DatabaseReady'), failed: of('DatabaseFailed'), performed };
}

it('tasks delivered in any order, twice, or to two runners end the newest attempt once, and none twice', async () => {
  const attempts = 3;
  const delivery = fc.record({ attempt: fc.integer({ min: 1, max: attempts }), by: fc.nat(1), turns: fc.nat(12) });
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { maxLength: 12 }), async (deliveries) => {
      const { started, ready, failed, performed } = await outcome(attempts, deliveries);
      expect(new Set(started).size).toBe(started.length);
      const ended = [...ready, ...failed];
      expect([...ended].sort()).toEqual([...started].sort());
      expect(ready).toContain(attempts);
      // A claim that was superseded before it made anything fails; nothing is reported that nobody did.
      expect(ready.filter((attempt) => !performed.includes(attempt))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
