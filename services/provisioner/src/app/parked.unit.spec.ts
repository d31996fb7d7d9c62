import { decideAndAppend, subjects, type EventName } from '@benchbus/events';
import { createMemoryBus, parked, poison, type MemoryBus } from '@benchbus/events/testing';
import { createLogger } from '@benchbus/service';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CreateContext, NodeSpec } from '../target/target.ts';
import { HOST } from '../testing/history.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { runScript } from '../testing/run-script.ts';
import { runEvents } from './handle-run-event.ts';
import { Lanes } from './lanes.ts';
import { Targets } from './targets.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });
let bus: MemoryBus;
beforeEach(() => {
  bus = createMemoryBus({ name: 'provisioner' });
});
afterEach(() => bus.close());

/** Nodes of the run `bad` are not made. */
class BadTarget extends MemoryTarget {
  readonly #create: (signal: AbortSignal) => Promise<void>;

  constructor(create: (signal: AbortSignal) => Promise<void>) {
    super(bus);
    this.#create = create;
  }

  override createNode(spec: NodeSpec, context: CreateContext): Promise<void> {
    return spec.runId === 'bad' ? this.#create(context.signal) : super.createNode(spec, context);
  }
}

const deploy = async (runId: string) => {
  for (const draft of runScript(runId, 1, false)) await decideAndAppend(bus.log, draft.subject, () => draft);
};

const eventsOf = (target: MemoryTarget) => {
  const context = {
    bus,
    logger,
    hostId: HOST,
    host: { cores: 64, memoryBytes: 2 ** 40 },
    targets: new Targets([target], logger),
    announce: () => Promise.resolve(),
  };
  return runEvents(context, new Lanes(new AbortController().signal), 1);
};

const provision = (create: (signal: AbortSignal) => Promise<void>) =>
  bus.consumeEvents({ ...eventsOf(new BadTarget(create)), retryDelaysMs: [1, 1] });

async function on(runId: string, name: EventName) {
  const subject = subjects.deployment(runId);
  const probe = async () => (await bus.log.read(subject)).find((event) => event.name === name);
  return bus.log.waitFor([subject], probe, { what: `${name} of ${runId}`, timeoutMs: 30_000 });
}

it('a fact of a run that no schema fits is parked, its deployment fails once; the next run is deployed', async () => {
  // Still at it, when the fact comes.
  await provision(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  );
  await deploy('bad');
  await on('bad', 'PlacementPlanned');
  for (let time = 0; time < 2; time += 1) poison(bus, 'RunCancelling', subjects.run('bad'), { reason: 7 });
  const failed = await on('bad', 'DeploymentFailed');
  const letters = await parked(bus, 2);
  for (const letter of letters) {
    const by = { service: 'provisioner', consumer: `provisioner-${HOST}`, subject: subjects.run('bad') };
    expect(letter).toMatchObject({ ...by, code: 'EVENT_DATA_INVALID', attempts: 1 });
    expect(letter.stack).toContain('decode.ts');
  }
  const { problem } = failed.data as { problem: { code: string; hint: string } };
  expect(problem.code).toBe('EVENT_DATA_INVALID');
  expect(letters.some(({ id }) => problem.hint.includes(`benchbus dead-letters show ${id}`))).toBe(true);
  await deploy('good');
  await on('good', 'DeploymentReady');
  const data = { reason: 'ended' as const, deadline: new Date().toISOString() };
  const release = { name: 'RunReleaseRequested' as const, subject: subjects.run('bad'), data };
  await decideAndAppend(bus.log, release.subject, () => ({ ...release, cause: 'c', correlation: 's1' }));
  await on('bad', 'DeploymentDestroyed');
  const names = (await bus.log.read(subjects.deployment('bad'))).map(({ name }) => name);
  const gone = ['NodeDestroyed', 'NodeDestroyed', 'DeploymentDestroyed'];
  expect(names).toEqual(['PlacementPlanned', 'DeploymentFailed', ...gone]);
});

it('a letter about an attempt that was given up leaves the next one alone', async () => {
  const { onParked } = eventsOf(new MemoryTarget(bus));
  for (const draft of runScript('late', 2, false)) await decideAndAppend(bus.log, draft.subject, () => draft);
  const run = await bus.log.read(subjects.run('late'));
  const requests = run.filter(({ name }) => name === 'RunDeploymentRequested');
  const told = async (sequence = 0) => {
    const problem = { code: 'X', message: 'x' };
    const letter = {
      stream: 'EVENTS',
      subject: subjects.run('late'),
      sequence,
      problem,
      stack: '',
      attempts: 1,
      id: 'l',
    };
    await onParked?.({ ...letter, headers: {}, body: new Uint8Array() });
    return (await bus.log.read(subjects.deployment('late'))).map(({ data }) => data);
  };
  expect(await told(requests[0]?.sequence)).toEqual([]);
  expect(await told(requests[1]?.sequence)).toMatchObject([{ attempt: 2, problem: { code: 'X' } }]);
});

it('a request that is in vain each time is parked after its retries, its deployment fails; the next run is deployed', async () => {
  await provision(() => Promise.reject(new Error('cannot make it')));
  await deploy('bad');
  await deploy('good');
  const failed = await on('bad', 'DeploymentFailed');
  await on('good', 'DeploymentReady');
  const [letter] = await parked(bus, 1);
  expect(letter).toMatchObject({ code: 'INTERNAL', message: 'cannot make it', attempts: 3 });
  expect(letter?.stack).toContain('parked.unit.spec.ts');
  const hint = expect.stringContaining(`benchbus dead-letters show ${letter?.id}`) as string;
  expect(failed.data).toMatchObject({ attempt: 1, problem: { code: 'INTERNAL', message: 'cannot make it', hint } });
});
