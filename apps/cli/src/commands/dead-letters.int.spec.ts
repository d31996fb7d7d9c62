import { connectBus, subjects, type AnyRequest, type EventBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOn } from '../testing/run-on.ts';

let nats: TestNatsServer;
let bus: EventBus;
const state = { broken: true };
const handled: AnyRequest[] = [];
let parked = Promise.withResolvers<void>();
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ servers: nats.url, name: 'dispatcher', source: 'test' });
  await bus.consumeRequests({
    name: 'dispatcher-requests',
    subjects: ['request.>'],
    retryDelaysMs: [1],
    handle: async (request) => {
      if (state.broken) throw new Error('it is broken');
      handled.push(request);
    },
    onParked: async () => parked.resolve(),
  });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

const cli = (...args: string[]) => runOn(nats, 'dead-letters', ...args);

test('a letter is listed, shown, redriven in vain, redriven once mended; another is dropped', async () => {
  expect(await cli('list')).toMatchObject({ exitCode: 0, out: 'no dead letters' });
  await bus.request('SuiteCancelRequested', 'one', { reason: 'enough' });
  await parked.promise;
  const [letter] = await bus.deadLetters.list();
  const id = letter?.id ?? '';

  const listed = await cli('list', '--service', 'dispatcher', '--suite', 'one');
  expect(listed.out).toMatch(
    new RegExp(`^ID +PARKED[^]*\n${id} .* parked +dispatcher-requests +request.suite.one #1 +2 +one\n`),
  );
  expect(listed.out).toContain('it is broken [INTERNAL]');
  expect((await cli('list', '--suite', 'two')).out).toBe('no dead letters');
  const shown = await cli('show', id);
  for (const part of ['dead-letters.int.spec.ts', '"reason": "enough"', 'ce-type', 'parked after 2 attempts'])
    expect(shown.out).toContain(part);
  const { letters } = JSON.parse((await cli('show', id, '--json')).out) as { letters: object[] };
  expect(letters).toMatchObject([{ id, body: '{"reason":"enough"}', attempts: 2, history: [{ state: 'parked' }] }]);

  parked = Promise.withResolvers<void>();
  expect(await cli('redrive', id)).toMatchObject({ exitCode: 0, out: expect.stringContaining('again') as string });
  await parked.promise;
  const again = await cli('list', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ letters: [{ id, state: 'parked', attempts: 4, redrives: 1 }] });
  state.broken = false;
  await cli('redrive', id);
  await expect.poll(() => cli('list')).toMatchObject({ out: 'no dead letters' });
  expect(handled).toMatchObject([{ name: 'SuiteCancelRequested', suiteId: 'one', sequence: 1 }]);
  expect((await cli('list', '--all')).out).toContain(' handled ');
  expect((await cli('show', id)).out).toMatch(/redriven by \S+@\S+\n/);

  state.broken = true;
  parked = Promise.withResolvers<void>();
  await bus.request('SuiteCancelRequested', 'two', { reason: 'enough' });
  await parked.promise;
  const [other] = await bus.deadLetters.list();
  // Nobody can be asked here.
  expect(await cli('drop', other?.id ?? '')).toMatchObject({ exitCode: 2 });
  const dropped = await cli('drop', other?.id ?? '', id, '--yes');
  expect(dropped).toMatchObject({ exitCode: 2, err: expect.stringContaining('LETTER_OVER') as string });
  expect(dropped.out).toContain('is dropped');
  expect((await cli('list')).out).toBe('no dead letters');
  expect((await cli('show', other?.id ?? '')).out).toMatch(/dropped by [^]*not kept/);
});

test('what is missing is said, and nothing is done', async () => {
  expect(await cli('redrive')).toMatchObject({ exitCode: 2, err: expect.stringContaining('needs an id') as string });
  expect(await cli('show', 'zz')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('[LETTER_UNKNOWN]') as string,
  });
  expect(await cli('burn')).toMatchObject({ exitCode: 2 });
  expect(await bus.log.read(subjects.suite('one'))).toEqual([]);
});
