import { decideAndAppend } from '@benchbus/events';
import type { AnyDraft, EventBus } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { createLogger } from '@benchbus/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweep } from '../janitor/index.ts';
import { HOST } from '../testing/history.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { runScript } from '../testing/run-script.ts';
import { announceHost, leaveHost } from './announcer.ts';
import { handleRun } from './handle-run-event.ts';
import { Lanes } from './lanes.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });

/** Lets the event loop turn: others get on meanwhile, without a clock. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

const append = (bus: EventBus, draft: AnyDraft) => decideAndAppend(bus.log, draft.subject, () => draft);

describe('messages are hints', () => {
  it('doubled, delayed and in any order they lead to one outcome', async () => {
    const ticks = fc.array(fc.nat(40), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.boolean(), ticks, async (attempts, released, delays) => {
        const bus = createMemoryBus();
        const target = new MemoryTarget(bus);
        const context = { bus, logger, hostId: HOST, host: { cores: 64, memoryBytes: 2 ** 40 }, target };
        const lanes = new Lanes(new AbortController().signal);
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
        await bus.close();
      }),
      { numRuns: 60 },
    );
  });
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
