import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventBus } from '../bus/event-bus.ts';
import type { AnyDraft, AnyRecorded } from '../bus/recorded-event.ts';
import { subjects } from '../bus/subjects.ts';
import { readRecordings } from '../contracts/frozen-files.ts';
import { CATALOGUE, type Catalogue } from '../envelope/catalogue.ts';
import { decodeEvent } from '../envelope/decode.ts';
import { TypeTooNew } from '../envelope/refused.ts';
import { collector } from '../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { readersFirst, toV2, writersSwitched } from '../testing/next-version.ts';

let harness: JetStreamHarness;
beforeAll(async () => void (harness = await startJetStreamHarness()));
afterAll(() => harness.close());

const recorded = [...readRecordings().values()].flat().map((stored) => {
  try {
    return decodeEvent(stored);
  } catch {
    return undefined;
  }
});
const finished = recorded.find((event) => event?.name === 'WorkloadFinished');
if (finished?.name !== 'WorkloadFinished') throw new Error('no recording holds a WorkloadFinished');
const v1 = finished.data;
const v2 = toV2.upcast(v1);

/** One service with replicas of different builds: what each replica handled, and what it was offered but cannot read. */
class Service {
  readonly name = `results-${randomUUID()}`;
  readonly handled = collector<{ build: string; cause: string; type: string }>();
  readonly tooNew = collector<string>();
  readonly subject = subjects.edge(`run-${randomUUID().slice(0, 8)}`, 'load');

  async replica(build: string, catalogue: Catalogue): Promise<EventBus> {
    const counting: Catalogue = {
      ...catalogue,
      decode: (stored) => {
        try {
          return catalogue.decode(stored);
        } catch (error) {
          if (error instanceof TypeTooNew) this.tooNew.add(build);
          throw error;
        }
      },
    };
    const bus = await harness.open({ name: 'results', catalogue: counting });
    await bus.consumeEvents({
      name: this.name,
      subjects: [this.subject],
      tooNewDelayMs: 20,
      // What the server had sent to the replica that stopped.
      ackWaitMs: 1000,
      concurrency: 1,
      handle: async ({ cause, type }: AnyRecorded) => this.handled.add({ build, cause, type }),
    });
    return bus;
  }

  async append(bus: EventBus, cause: string, data: unknown): Promise<void> {
    const version = (await bus.log.readStored(this.subject)).at(-1)?.sequence ?? 0;
    const draft = { name: 'WorkloadFinished', subject: this.subject, data, cause, correlation: 'suite-1' } as AnyDraft;
    await bus.log.append(draft, version);
  }

  typesOf = (cause: string) => this.handled.items.filter((one) => one.cause === cause).map(({ type }) => type);
  until = (cause: string) => this.handled.until((items) => items.some((one) => one.cause === cause));
}

test('readers first, writers later: old and new builds of one service side by side', async () => {
  const service = new Service();
  const old = await service.replica('old', CATALOGUE);
  const next = await service.replica('new', readersFirst);

  // Both builds write what both read.
  for (let i = 0; i < 6; i += 1) await service.append(i % 2 === 0 ? old : next, `shared-${i}`, v1);
  await service.handled.until((items) => items.length >= 6);
  const stored = await old.log.readStored(service.subject);
  expect(new Set(stored.map(({ headers }) => headers['ce-type']))).toEqual(new Set([toV2.type]));
  expect(await old.log.read(service.subject)).toHaveLength(6);
  const seenByNew = await next.log.read(service.subject);
  expect(seenByNew.map(({ data }) => data)).toEqual(Array.from({ length: 6 }, () => v2));
  expect(service.tooNew.items).toEqual([]);

  // The last old replica goes; now writers may switch, and what is in the log stays readable.
  await old.close();
  const switched = await service.replica('switched', writersSwitched);
  await service.append(switched, 'in-v2', v2);
  await service.until('in-v2');
  expect((await switched.log.read(service.subject)).map(({ data }) => data)).toEqual(
    Array.from({ length: 7 }, () => v2),
  );
  expect(service.typesOf('in-v2')).toEqual(['io.benchbus.edge.workload-finished.v2']);
});

test('a writer that switched too early: the old build neither handles nor parks it, and reads it after its upgrade', async () => {
  const service = new Service();
  const old = await service.replica('old', CATALOGUE);
  const writer = await harness.open({ name: 'writer', catalogue: writersSwitched });
  await service.append(writer, 'early', v2);

  // It comes again and again, and holds nothing up.
  await service.tooNew.until((items) => items.length >= 3);
  expect(service.handled.items).toEqual([]);
  await expect(old.log.read(service.subject)).rejects.toThrow(
    expect.objectContaining({
      code: 'EVENT_TYPE_TOO_NEW',
      hint: 'roll out the new readers before the new writers',
    }) as Error,
  );
  await service.append(writer, 'behind it', v2);

  await old.close();
  await service.replica('upgraded', readersFirst);
  await service.handled.until((items) => items.length >= 2);
  expect(service.handled.items.map(({ build, cause }) => `${build}: ${cause}`).sort()).toEqual([
    'upgraded: behind it',
    'upgraded: early',
  ]);
  const letters = (await harness.deadLetters()).filter(({ subject }) => subject.endsWith(service.name));
  expect(letters).toEqual([]);
});
