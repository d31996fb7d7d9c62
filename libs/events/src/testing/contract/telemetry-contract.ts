import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LogLine } from '../../bus/telemetry.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';

export function telemetryContract(harness: () => ContractHarness): void {
  const lineOf = (runId: string, container: string, line: string, node = 'pg'): LogLine => ({
    runId,
    node,
    container,
    time: '2026-11-24T10:00:00.000Z',
    line,
  });
  const caughtUp = () => Promise.withResolvers<undefined>();

  test('lines: those that are there, then those that come; by run, node and container', async () => {
    const [publisher, watcher] = await Promise.all([harness().open(), harness().open()]);
    const runId = randomUUID();
    const early = caughtUp();
    const everything = collector<string>();
    await watcher.telemetry.watchLog(
      { runId },
      { onLine: ({ line }) => everything.add(line), onCaughtUp: () => early.resolve(undefined) },
    );
    await early.promise;
    publisher.telemetry.log(lineOf(runId, 'postgres', 'one'));
    publisher.telemetry.log(lineOf(randomUUID(), 'postgres', "another run's"));
    publisher.telemetry.log(lineOf(runId, 'runner', 'two'));
    publisher.telemetry.log(lineOf(runId, 'pgbench', 'three', 'load'));
    await everything.until((lines) => lines.length === 3);

    const late = caughtUp();
    const some = collector<LogLine>();
    const before: number[] = [];
    const watching = await watcher.telemetry.watchLog(
      { runId, node: 'pg', container: 'postgres' },
      {
        onLine: some.add,
        onCaughtUp: () => {
          before.push(some.items.length);
          late.resolve(undefined);
        },
      },
    );
    await late.promise;
    publisher.telemetry.log(lineOf(runId, 'runner', 'not asked for'));
    publisher.telemetry.log(lineOf(runId, 'postgres', 'four'));
    await some.until((lines) => lines.length === 2);
    await everything.until((lines) => lines.length === 5);
    expect(before).toEqual([1]);
    expect(some.items).toEqual([lineOf(runId, 'postgres', 'one'), lineOf(runId, 'postgres', 'four')]);
    expect(everything.items).toEqual(['one', 'two', 'three', 'not asked for', 'four']);

    await watching.stop();
    publisher.telemetry.log(lineOf(runId, 'postgres', 'nobody listens'));
    await everything.until((lines) => lines.length === 6);
    expect(some.items).toHaveLength(2);
    await watching.stop();
  });

  test('a filter that cannot be part of a subject is refused', async () => {
    const bus = await harness().open();
    await expect(bus.telemetry.watchLog({ runId: 'a.>' }, { onLine: () => undefined })).rejects.toThrow(RangeError);
  });

  test('the latest progress of a run', async () => {
    const bus = await harness().open();
    const runId = randomUUID();
    expect(await bus.telemetry.lastProgress(runId)).toBeUndefined();
    const progress = { runId, node: 'load', time: '', activity: 'measuring' };
    bus.telemetry.progress({ ...progress, done: 0.1 });
    bus.telemetry.progress({ ...progress, done: 0.2 });
    await expect.poll(() => bus.telemetry.lastProgress(runId)).toEqual({ ...progress, done: 0.2 });
  });
}
