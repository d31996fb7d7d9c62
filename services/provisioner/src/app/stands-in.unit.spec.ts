import { decideAndAppend, subjects } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import { createLogger } from '@benchbus/service';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sweep } from '../janitor/index.ts';
import { HOST } from '../testing/history.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { plainBus } from '../testing/plain-bus.ts';
import { runScript } from '../testing/run-script.ts';
import { announceHost } from './announcer.ts';
import { claimRemoval } from './claim-removal.ts';
import { handleRun } from './handle-run-event.ts';
import { Lanes } from './lanes.ts';
import { standsIn } from './stands-in.ts';
import { Targets } from './targets.ts';
import { readRun } from './views.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });
const PLACE = 'cloud/folder';

/** One of several hosts before one log and one cloud. */
function hostOf(bus: EventBus, target: MemoryTarget, hostId: string) {
  const host = { cores: 64, memoryBytes: 2 ** 40 };
  const announce = () => Promise.resolve();
  const context = { bus, logger, hostId, host, targets: new Targets([target], logger), announce };
  return { context, lanes: new Lanes(new AbortController().signal) };
}

async function scene(released: boolean) {
  const { bus, log } = plainBus();
  const target = new MemoryTarget(bus);
  target.place = PLACE;
  const announce = (place: string | undefined) => {
    const pool = { cidr: '127.64.0.0/16', blockPrefix: 24 };
    const offer = { name: 'local' as const, pool, ...(place === undefined ? {} : { place }) };
    const what = { hostname: 'h', installation: 'i', cores: 64, memoryBytes: 2 ** 40, occupied: [], versions: {} };
    return announceHost(bus.log, HOST, { ...what, targets: [offer] });
  };
  await announce(PLACE);
  const own = hostOf(bus, target, HOST);
  for (const draft of runScript('r1', 1, false)) await decideAndAppend(bus.log, draft.subject, () => draft);
  await handleRun(own.context, own.lanes, 'r1', 1);
  expect(target.world.size).toBe(2);
  if (released)
    for (const draft of runScript('r1', 0, true).slice(1)) await decideAndAppend(bus.log, draft.subject, () => draft);
  return { bus, log, target, announce, own };
}

it('a host answers for one that is gone and made its things in the same place, and for no other', async () => {
  const { bus, target, announce, own } = await scene(false);
  const other = hostOf(bus, target, 'host-2');
  const { request } = await readRun(bus.log, 'r1');
  const does = () => standsIn(other.context, request);
  expect(await does()).toBe(true);
  expect(await standsIn(own.context, request)).toBe(false);
  const life = await bus.liveness.hold(`host.${HOST}`, { instance: 'x' });
  expect(await does()).toBe(false);
  await life.stop();
  expect(await does()).toBe(true);
  for (const place of ['cloud/another', undefined]) {
    await announce(place);
    expect(await does()).toBe(false);
  }
  // The run goes on, whoever is gone: nothing is touched.
  await announce(PLACE);
  expect(await sweep(other.context, other.lanes, ['r1'])).toEqual([]);
  expect(target.world.size).toBe(2);
});

it('of several that live one removes what the gone one made, and another when that one is gone, too', async () => {
  const { bus, target } = await scene(true);
  const { request } = await readRun(bus.log, 'r1');
  const [two, three] = [hostOf(bus, target, 'host-2').context, hostOf(bus, target, 'host-3').context];
  const lives = await Promise.all(
    [two, three].map(({ hostId }) => bus.liveness.hold(`host.${hostId}`, { instance: 'x' })),
  );
  const claims = await Promise.all([two, three].map((host) => claimRemoval(host, 'r1', request)));
  expect([...claims].sort()).toEqual([false, true]);
  const [winner, other] = claims[0] === true ? [two, three] : [three, two];
  expect(await claimRemoval(winner, 'r1', request)).toBe(true);
  expect(await claimRemoval(other, 'r1', request)).toBe(false);
  expect(await claimRemoval(other, 'r2', request)).toBe(true);
  await lives[claims.indexOf(true)]?.stop();
  expect(await claimRemoval(other, 'r1', request)).toBe(true);
  expect(await claimRemoval(winner, 'r1', request)).toBe(false);
});

it('a host that has begun goes on when the one it answers for is back, which leaves it alone', async () => {
  const { bus, own, target } = await scene(true);
  const { request } = await readRun(bus.log, 'r1');
  const { context: other } = hostOf(bus, target, 'host-2');
  await bus.liveness.hold('host.host-2', { instance: 'x' });
  expect(await claimRemoval(other, 'r1', request)).toBe(true);
  await bus.liveness.hold(`host.${HOST}`, { instance: 'y' });
  expect(await standsIn(other, request)).toBe(true);
  expect(await claimRemoval(own.context, 'r1', request)).toBe(false);
});

it('two that answer at once, and the one that comes back: each fact once', async () => {
  const delays = fc.array(fc.nat(40), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(delays, async (turns) => {
      const { bus, target, own } = await scene(true);
      const hosts = [own, hostOf(bus, target, 'host-2'), hostOf(bus, target, 'host-3')];
      const acts = hosts.flatMap(({ context, lanes }) => [
        async () => {
          while ((await handleRun(context, lanes, 'r1', 1)) !== undefined);
        },
        () => sweep(context, lanes, ['r1']),
      ]);
      await Promise.all(
        acts.map(async (act, index) => {
          for (let turn = 0; turn < (turns[index] ?? 0); turn += 1) await new Promise(setImmediate);
          await act();
        }),
      );
      expect(target.world.size).toBe(0);
      const facts = (await bus.log.read(subjects.deployment('r1'))).map(({ name, data }) =>
        name === 'NodeDestroyed' ? `${name} ${data.node}` : name,
      );
      expect(facts.slice(-3).sort()).toEqual(['DeploymentDestroyed', 'NodeDestroyed load', 'NodeDestroyed pg']);
      expect(facts.filter((name) => /Destroyed/.test(name))).toHaveLength(3);
      expect(facts.at(-1)).toBe('DeploymentDestroyed');
    }),
    { numRuns: 100 },
  );
});
