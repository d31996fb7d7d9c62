import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, checkpointFolder, type CheckpointPlace, KnownSecrets, signingKeyFile, trust } from '@benchbus/audit';
import { subjects, type EventBus } from '@benchbus/events';
import { createMemoryBus, MemoryBroker } from '@benchbus/events/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpointer, type CheckpointerOptions } from './checkpointer.ts';

let folder: string;
let broker: MemoryBroker;
let bus: EventBus;
const running: { stop(): Promise<void> }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchbus-checkpoints-'));
  broker = new MemoryBroker();
  bus = createMemoryBus({ broker });
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = () => checkpointFolder(join(folder, 'checkpoints'));
const keyFile = () => join(folder, 'secrets', 'checkpoint.key');

async function start(maxEvents?: number, more: Partial<CheckpointerOptions> = {}): Promise<Checkpointer> {
  const checkpointer = new Checkpointer({
    log: bus.log,
    place: place(),
    key: await signingKeyFile(keyFile()),
    logger: pino({ level: 'silent' }),
    everyMs: 3_600_000,
    connected: () => true,
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...more,
  });
  running.push(checkpointer);
  await checkpointer.start();
  return checkpointer;
}

/** One more fact of a host. */
async function leave(count: number): Promise<void> {
  const subject = subjects.host('h1');
  for (let index = 0; index < count; index += 1) {
    const last = (await bus.log.read(subject)).at(-1);
    const cause = last?.id ?? 'h1';
    await bus.log.append(
      { name: 'HostLeft', subject, data: { reason: 'x' }, cause, correlation: 'h1' },
      last?.sequence ?? 0,
    );
  }
}

const names = () =>
  readdirSync(join(folder, 'checkpoints', bus.log.incarnation))
    .filter((name) => name.endsWith('.json'))
    .sort();
const rangeOf = (name: string): unknown =>
  (JSON.parse(readFileSync(join(folder, 'checkpoints', bus.log.incarnation, name), 'utf8')) as { checkpoint: unknown })
    .checkpoint;

async function verify() {
  const messages = await bus.log.readStored('evt.>');
  return audit({
    incarnation: bus.log.incarnation,
    messages: (async function* () {
      yield* messages;
    })(),
    secrets: new KnownSecrets(),
    checkpoints: { place: place(), trusted: trust([await signingKeyFile(keyFile())]) },
    now: Date.now(),
    graceMs: 0,
  });
}
/** The log here is no real one: of its findings only those about checkpoints count. */
const aboutCheckpoints = async () => (await verify()).findings.filter(({ code }) => code.startsWith('CHECKPOINT'));

describe('checkpoints', () => {
  it('cover what was there at the start and what came until the end, in ranges that follow each other', async () => {
    await leave(3);
    const first = await start();
    await first.write();
    await leave(2);
    await first.stop();
    expect(names().map(rangeOf)).toMatchObject([
      { number: 1, from: 1, to: 3, count: 3, previous: '' },
      { number: 2, from: 4, to: 5, count: 2 },
    ]);
    expect(await aboutCheckpoints()).toEqual([]);
  });

  it('are written when a suite ends, without anybody asking', async () => {
    await start();
    const problem = { code: 'SUITE_INVALID_VALUE', message: 'no' };
    const data = { requestId: 'r1', problems: [problem] };
    const subject = subjects.suite('s1');
    await bus.log.append({ name: 'SuiteRejected', subject, data, cause: 'r1', correlation: 's1' }, 0);
    // Looked for, not watched: a folder that is made meanwhile may hold the file before its watch begins.
    const ranges = () => (existsSync(join(folder, 'checkpoints', bus.log.incarnation)) ? names().map(rangeOf) : []);
    await expect.poll(ranges, { timeout: 30_000 }).toMatchObject([{ number: 1, from: 1, to: 1 }]);
  });

  it('of several replicas at once are one chain without a conflict', async () => {
    await leave(40);
    const replicas = await Promise.all([start(7), start(7), start(7)]);
    await Promise.all(replicas.map((one) => one.write()));
    await leave(5);
    await Promise.all(replicas.map((one) => one.write()));
    expect(await aboutCheckpoints()).toEqual([]);
    expect(await verify()).toMatchObject({ covered: 45 });
  });

  it('are not listed each time: the last one is remembered, by all replicas, and not once it is gone', async () => {
    let listings = 0;
    const counting = { ...place(), names: (of: string) => ((listings += 1), place().names(of)) };
    await leave(1);
    const [one, other] = [await start(undefined, { place: counting }), await start(undefined, { place: counting })];
    await Promise.all([one.write(), other.write()]);
    listings = 0;
    for (let time = 0; time < 5; time += 1) {
      await leave(1);
      await one.write();
    }
    expect(listings).toBe(0);
    await leave(1);
    await other.write();
    expect(listings).toBeGreaterThan(0);
    expect(await aboutCheckpoints()).toEqual([]);
    expect(await verify()).toMatchObject({ covered: 7 });
    // Whoever removes them finds them made anew, not a chain without a beginning.
    rmSync(join(folder, 'checkpoints', bus.log.incarnation), { recursive: true });
    await leave(1);
    await one.write();
    expect(names().map(rangeOf)).toMatchObject([{ number: 1, from: 1, to: 8 }]);
  });

  it('say how long it is since all was signed: a log in which nothing happens is', async () => {
    let [now, isAway] = [1_000_000, false];
    const create: CheckpointPlace['create'] = (file) =>
      isAway ? Promise.reject(new Error('away')) : place().create(file);
    const checkpointer = await start(undefined, { place: { ...place(), create }, now: () => new Date(now) });
    await leave(1);
    await checkpointer.write();
    for (const what of ['signed', 'nothing new']) {
      now += 60_000;
      expect(checkpointer.age, what).toBe(60_000);
      await checkpointer.write();
      expect(checkpointer.age, what).toBe(0);
    }
    isAway = true;
    await leave(1);
    now += 60_000;
    await checkpointer.write();
    expect(checkpointer.age).toBe(60_000);
    isAway = false;
    await checkpointer.write();
    expect(checkpointer.age).toBe(0);
  });

  it('are signed by a key that nobody else may read, whose public half lies beside them', async () => {
    await (await start()).write();
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'checkpoints')).filter((name) => name.endsWith('.pem'))).toHaveLength(1);
    expect((await place().keys())[0]?.type).toBe('public');
  });
});
