import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideAndAppend } from '../bus/decide-and-append.ts';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { subjects } from '../bus/subjects.ts';
import { verifyChain } from '../envelope/verify-chain.ts';
import { collector } from '../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { hostLeft } from '../testing/samples.ts';

const AGGREGATES = 400;
const EACH = 5;
const TOTAL = AGGREGATES * EACH;
/** After how many acknowledgements nats-server gets a SIGKILL. */
const KILLS = [300, 1000, 1700];

let harness: JetStreamHarness;
beforeAll(async () => {
  harness = await startJetStreamHarness();
});
afterAll(() => harness.close());

test('kill -9 of nats-server amid 2,000 appends at once, five of each aggregate: what was acknowledged is there once, in order per aggregate', async () => {
  const [first, ...others] = [await harness.open(), await harness.open(), await harness.open()] as const;
  const writers = [first, ...others];
  const acknowledged = collector<AnyRecorded>();
  const append = async (host: string, index: number): Promise<void> => {
    const { log } = writers[index % writers.length] ?? first;
    const draft = hostLeft(host, `c${index}`);
    const event = await decideAndAppend(log, draft.subject, (history) =>
      history.some(({ cause }) => cause === draft.cause) ? undefined : draft,
    );
    // Undefined: stored by an append whose acknowledgement was lost, and found again.
    if (event !== undefined) acknowledged.add(event);
  };
  const writing = Promise.all(
    Array.from({ length: TOTAL }, (_, at) => append(`host-${at % AGGREGATES}`, Math.floor(at / AGGREGATES))),
  );
  for (const count of KILLS) {
    await acknowledged.until((events) => events.length >= count);
    await harness.server.kill();
    await harness.server.restart();
  }
  await writing;

  const stored = await first.log.readStored('evt.host.*');
  expect(stored).toHaveLength(TOTAL);
  expect(verifyChain(stored)).toEqual([]);
  const bySequence = new Map(stored.map((message) => [message.sequence, message.headers['ce-id']]));
  expect(acknowledged.items.filter(({ sequence, id }) => bySequence.get(sequence) !== id)).toEqual([]);
  expect(new Set(bySequence.values()).size).toBe(TOTAL);
  for (let index = 0; index < AGGREGATES; index += 1) {
    const events = await first.log.read(subjects.host(`host-${index}`));
    expect(events.map(({ cause }) => cause).toSorted()).toEqual(Array.from({ length: EACH }, (_, at) => `c${at}`));
    expect(events.map(({ counter }) => counter)).toEqual(Array.from({ length: EACH }, (_, at) => at + 1));
  }
});
