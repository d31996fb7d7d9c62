import { decideAndAppend } from '@benchbus/events';
import type { AnyDraft, EventBus } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { createLogger } from '@benchbus/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweep } from '../janitor/index.ts';
import { HOST } from '../testing/history.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { plainBus } from '../testing/plain-bus.ts';
import { runScript } from '../testing/run-script.ts';
import { announceHost, leaveHost } from './announcer.ts';
import { handleRun, runEvents } from './handle-run-event.ts';
import { Lanes } from './lanes.ts';
import { OpenDeployments } from './open-deployments.ts';
import { Targets } from './targets.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });

/** Lets the event loop turn: others get on meanwhile, without a clock. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

const append = (bus: EventBus, draft: AnyDraft) => decideAndAppend(bus.log, draft.subject, () => draft);

function scene() {
  const { bus, log } = plainBus();
  const target = new MemoryTarget(bus);
  const context = {
    bus,
    logger,
    hostId: HOST,
    host: { cores: 64, memoryBytes: 2 ** 40 },
    targets: new Targets([target], logger),
    announce: () => Promise.resolve(),
  };
  return { bus, log, target, context, lanes: new Lanes(new AbortController().signal) };
}

it('fails a deployment whose runners speak another protocol, at once and with what to do', async () => {
  const { bus, target, context, lanes } = scene();
  target.protocol = '99.0';
  for (const draft of runScript('r1', 1, false)) await append(bus, draft);
  await handleRun(context, lanes, 'r1', 1);
  expect((await bus.log.read('evt.deployment.r1')).at(-1)).toMatchObject({
    name: 'DeploymentFailed',
    data: { problem: { code: 'EDGE_PROTOCOL_MISFIT', hint: expect.stringContaining('install') as string } },
  });
});

describe('messages are hints', () => {
  it('doubled, delayed and in any order they lead to one outcome', async () => {
    const ticks = fc.array(fc.nat(40), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.boolean(), ticks, async (attempts, released, delays) => {
        const { bus, target, context, lanes } = scene();
        const hints: Promise<unknown>[] = [];
        const hint = async (count: number) => {
          await turns(count);
          // As the consumer would: again, when it is asked to look again.
          while ((await handleRun(context, lanes, 'r1', 1)) !== undefined);
        };
        for (const [index, draft] of runScript('r1', attempts, released).entries()) {
          await append(bus, draft);
          hints.push(hint(delays[index] ?? 0), hint(delays[index + 5] ?? 0));
          await turns(delays[index] ?? 0);
        }
        hints.push(hint(0));
        await Promise.all(hints);
        const log = await bus.log.read('evt.deployment.r1');
        const names = log.map((event) => event.name);
        expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
        if (released) {
          expect(target.world.size).toBe(0);
          expect(names.filter((name) => name === 'DeploymentDestroyed')).toHaveLength(1);
          expect(names.at(-1)).toBe('DeploymentDestroyed');
        } else {
          expect(target.world.size).toBe(2);
          expect(
            log.filter((event) => event.name === 'DeploymentReady' && event.data.attempt === attempts),
          ).toHaveLength(1);
          expect(await sweep(context, lanes, ['r1'])).toEqual([]);
        }
        expect(lanes.busy).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it(
    'doubled and shuffled, with the history there, they lead to the very log of ordered ones; replay equals live (2,000 orders)',
    { timeout: 180_000 },
    async () => {
      const delays = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 7, maxLength: 7 });
      const outcome = async (attempts: number, released: boolean, turnsOf: readonly (readonly number[])[]) => {
        const { bus, log, target, context, lanes } = scene();
        const live = new OpenDeployments();
        await live.start(log, HOST);
        for (const draft of runScript('r1', attempts, released)) await append(bus, draft);
        const consumer = runEvents(context, lanes, 1);
        const signal = new AbortController().signal;
        await Promise.all(
          [...log.events].flatMap((event, index) =>
            (turnsOf[index] ?? [0]).map(async (count) => {
              await turns(count);
              while ((await consumer.handle(event, { attempt: 1, signal })) !== undefined);
            }),
          ),
        );
        const replayed = new OpenDeployments();
        await replayed.start(log, HOST);
        expect(live.runs).toEqual(replayed.runs);
        await Promise.all([live.stop(), replayed.stop()]);
        const facts = (await bus.log.read('evt.deployment.r1')).map(({ id, name, data }) => ({ id, name, data }));
        return { facts, world: [...target.world.keys()].sort(), open: [...replayed.runs] };
      };
      const ordered = new Map<string, Awaited<ReturnType<typeof outcome>>>();
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.boolean(), delays, async (attempts, released, order) => {
          const key = `${attempts} ${released}`;
          const expected = ordered.get(key) ?? (await outcome(attempts, released, []));
          ordered.set(key, expected);
          expect(await outcome(attempts, released, order)).toEqual(expected);
        }),
        { numRuns: 2_000 },
      );
      expect([...ordered.values()].map(({ open }) => open.length).sort()).toEqual([0, 0, 1, 1]);
    },
  );
});

describe('the host', () => {
  it('is announced when something changed, and after it had left', async () => {
    const bus = createMemoryBus();
    const pool = { cidr: '127.64.0.0/16', blockPrefix: 24 };
    const data = {
      hostname: 'h',
      installation: 'i',
      targets: [{ name: 'local' as const, pool }],
      cores: 2,
      memoryBytes: 1,
      occupied: [],
      versions: {},
    };
    const said = [await announceHost(bus.log, HOST, data), await announceHost(bus.log, HOST, data)];
    said.push(await announceHost(bus.log, HOST, { ...data, cores: 4 }));
    await leaveHost(bus.log, HOST, 'x');
    await leaveHost(bus.log, HOST, 'x');
    said.push(await announceHost(bus.log, HOST, { ...data, cores: 4 }));
    expect(said).toEqual([true, false, true, true]);
    const names = (await bus.log.read(`evt.host.${HOST}`)).map(({ name }) => name);
    expect(names).toEqual(['HostAnnounced', 'HostAnnounced', 'HostLeft', 'HostAnnounced']);
    await bus.close();
  });
});
