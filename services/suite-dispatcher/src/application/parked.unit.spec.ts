import { subjects, type AnyRecorded, type EventName } from '@benchbus/events';
import { createMemoryBus, parked, poison, type MemoryBus } from '@benchbus/events/testing';
import { toNative } from '@benchbus/suites';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { busOf } from '../testing/bus-of.ts';
import { evolveSuite } from '../domain/suite-state.ts';
import { suiteOf } from '../testing/story.ts';
import { clientRequests, runFacts } from './consumers.ts';
import { createReactor } from './reactor.ts';
import { openSuiteIndex } from './suite-index.ts';

const logger = pino({ level: 'silent' });
const [bad, good] = [subjects.run('s-1-1'), subjects.run('s-2-1')];

/** A suite of two runs at once, and what a dispatcher makes of its log; the engine takes every run and does nothing. */
async function dispatcher(evolve = evolveSuite) {
  const bus = await busOf('s', suiteOf(2, {}, 2));
  const index = await openSuiteIndex(bus.log, evolve);
  const engine = { start: () => Promise.resolve(), stop: () => Promise.resolve() };
  const clock = () => Date.now();
  const reactor = createReactor({ bus, index, engine, logger, releaseTimeoutMs: 1_000, clock });
  const close = async () => {
    await bus.close();
    await reactor.stop();
    await index.stop();
  };
  return { bus, index, reactor, clock, close };
}

async function on(bus: MemoryBus, subject: string, name: EventName): Promise<AnyRecorded> {
  const probe = async () => (await bus.log.read(subject)).find((event) => event.name === name);
  return bus.log.waitFor([subject], probe, { what: `${name} on ${subject}`, timeoutMs: 30_000 });
}

/** A fact of the run that comes after the trouble, and what it leads to. */
async function goesOn(bus: MemoryBus): Promise<void> {
  const [queued] = await bus.log.read(good);
  const data = { reason: 'by a test' };
  await bus.log.append(
    { name: 'RunCancelled', subject: good, data, cause: 'c', correlation: 's' },
    queued?.sequence ?? 0,
  );
  await on(bus, good, 'RunReleased');
  await on(bus, subjects.suite('s'), 'SuiteFailed');
}

it('a fact of a run that no schema fits: parked, its run failed, the suite goes on to its end', async () => {
  const { bus, reactor, close } = await dispatcher();
  await bus.consumeEvents(runFacts(reactor, bus.log));
  poison(bus, 'RunStageStarted', bad);
  const failed = await on(bus, bad, 'RunFailed');
  const letters = await parked(bus, 2);
  const letter = letters.find(({ consumer }) => consumer === 'suite-dispatcher-reactor');
  expect(letter).toMatchObject({ subject: bad, code: 'EVENT_DATA_INVALID', attempts: 1 });
  expect(letter?.stack).toContain('decode.ts');
  // The index skips it, too: whoever is first fails the run.
  const ids = letters.map(({ id }) => id).join('|');
  const hint = expect.stringMatching(new RegExp(`benchbus dead-letters show (${ids})$`)) as string;
  expect(failed.data).toMatchObject({ problem: { code: 'EVENT_DATA_INVALID', hint } });
  await goesOn(bus);
  await close();
});

it('a fact that the reactor throws for each time: parked after its retries, its run failed, the suite goes on', async () => {
  const { bus, reactor, close } = await dispatcher();
  let tries = 0;
  const broken = {
    onEvent: (event: AnyRecorded) => {
      if (event.subject !== bad || event.name !== 'RunQueued') return reactor.onEvent(event);
      tries += 1;
      return Promise.reject(new Error('cannot handle it'));
    },
  };
  await bus.consumeEvents({ ...runFacts(broken, bus.log), retryDelaysMs: [1, 1] });
  const failed = await on(bus, bad, 'RunFailed');
  const [letter] = await parked(bus, 1);
  expect(letter).toMatchObject({ subject: bad, code: 'INTERNAL', message: 'cannot handle it', attempts: 3 });
  expect(letter?.stack).toContain('parked.unit.spec.ts');
  expect(failed.data).toMatchObject({ problem: { code: 'INTERNAL', message: 'cannot handle it' } });
  expect(tries).toBe(3);
  await goesOn(bus);
  await close();
});

it('a fact that the index throws for each time: parked, its run failed; nobody waits for it, and the suite goes on', async () => {
  const { bus, reactor, close } = await dispatcher((state, event) => {
    if (event.subject === bad && event.name === 'RunStageStarted') throw new Error('cannot take it in');
    return evolveSuite(state, event);
  });
  await bus.consumeEvents(runFacts(reactor, bus.log));
  const [queued] = await bus.log.read(bad);
  const stage = {
    ...{ subject: bad, cause: 'c', correlation: 's' },
    data: { stage: 'network', attempt: 1, deadline: '2030-01-01T00:00:00.000Z' },
  } as const;
  await bus.log.append({ ...stage, name: 'RunStageStarted' }, queued?.sequence ?? 0);
  const failed = await on(bus, bad, 'RunFailed');
  const [letter] = await parked(bus, 1);
  expect(letter).toMatchObject({ consumer: 'suite-dispatcher-index', subject: bad, message: 'cannot take it in' });
  expect(failed.data).toMatchObject({ problem: { code: 'INTERNAL', message: 'cannot take it in' } });
  await goesOn(bus);
  await close();
});

it('a request that no schema fits, or that throws each time: parked, its suite rejected; the next one is accepted', async () => {
  const { bus, index, reactor, clock, close } = await dispatcher();
  const refusing = createMemoryBus({
    broker: bus.broker,
    onAppend: (phase, { subject, name }) => {
      if (phase === 'before' && subject === subjects.suite('throws') && name === 'SuiteAccepted')
        throw new Error('cannot append it');
    },
  });
  const options = clientRequests({ bus: refusing, index, reactor, logger, cancelWaitsMs: 1, clock });
  await refusing.consumeRequests({ ...options, retryDelaysMs: [1] });
  const headers = { 'ce-specversion': '1.0', 'ce-type': 'io.benchbus.suite.requested.v1', 'ce-source': 'me' };
  bus.broker.requests.add(subjects.request('rubbish'), { ...headers, 'ce-id': 'r1' }, Buffer.from('rubbish'));
  const suite = toNative(suiteOf(1));
  await bus.request('SuiteRequested', 'throws', { suite });
  await bus.request('SuiteRequested', 'fine', { suite });
  await on(bus, subjects.suite('fine'), 'SuiteAccepted');
  const rejected = await Promise.all(['rubbish', 'throws'].map((id) => on(bus, subjects.suite(id), 'SuiteRejected')));
  expect(rejected).toMatchObject([
    { data: { requestId: 'r1', problems: [{}] } },
    { data: { problems: [{ code: 'INTERNAL', message: 'cannot append it' }] } },
  ]);
  const letters = (await parked(bus, 2)).toSorted((a, b) => a.sequence - b.sequence);
  expect(letters.map(({ consumer, attempts }) => [consumer, attempts])).toEqual([
    ['suite-dispatcher-requests', 1],
    ['suite-dispatcher-requests', 2],
  ]);
  await refusing.close();
  await close();
});
