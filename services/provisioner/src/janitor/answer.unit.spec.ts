import { BenchbusError, hostJanitor } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { createLogger } from '@benchbus/service';
import { describe, expect, it } from 'vitest';
import { Lanes } from '../app/lanes.ts';
import { Targets } from '../app/targets.ts';
import { HOST } from '../testing/history.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { answerJanitor } from './answer.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });

/** Node `stuck` cannot be destroyed, as a process that waits for a dead disk. */
class StubbornTarget extends MemoryTarget {
  override destroyNode(runId: string, node: string): Promise<string[]> {
    if (node !== 'stuck') return super.destroyNode(runId, node);
    return Promise.reject(new BenchbusError({ code: 'NODE_UNDESTROYABLE', message: 'process 1', where: node }));
  }
}

/** Run `hidden` cannot be looked at, as a folder of someone else's; `vanishing` only once while it is swept. */
class BlindTarget extends MemoryTarget {
  sweeping = false;
  #looks = 0;
  override list(runId?: string) {
    if (runId === 'vanishing' && this.sweeping) this.#looks += 1;
    const blind = runId === 'hidden' || (runId === 'vanishing' && this.#looks > 1);
    return blind ? Promise.reject(new Error('EACCES')) : super.list(runId);
  }
}

const specOf = (runId: string, name: string) => ({
  runId,
  suiteId: 's1',
  node: {
    name,
    purpose: 'load' as const,
    address: '127.64.1.4',
    hardware: { cores: 1, memoryBytes: 1, diskBytes: 1 },
    processes: [],
  },
  fence: { incarnation: '', sequence: 1 },
  leaseExpiresAt: '',
  cidr: '127.64.1.0/24',
});

describe('the question of `benchbus janitor`', () => {
  it('is answered with what would be removed, what was, and what could not be, with the reason', async () => {
    const bus = createMemoryBus();
    const target = new StubbornTarget(bus);
    for (const [runId, node] of [
      ['unknown', 'pg'],
      ['hangs', 'stuck'],
    ] as const) {
      const spec = specOf(runId, node);
      target.world.set(`${runId}/${node}`, { ...spec, fence: { incarnation: bus.log.incarnation, sequence: 1 } });
    }
    const context = {
      bus,
      logger,
      hostId: HOST,
      host: { cores: 1, memoryBytes: 1 },
      targets: new Targets([target], logger),
      announce: () => Promise.resolve(),
    };
    const denied = () => Promise.reject(new Error('EPERM'));
    const staleLocks = () => [{ what: 'lock x', why: 'its process has ended', remove: denied }];
    const lanes = new Lanes(new AbortController().signal);
    await answerJanitor({ context, lanes, open: [], hostname: 'h', staleLocks });

    const ask = async (dryRun: boolean) => {
      const { leftovers } = await bus.questions.ask(hostJanitor(HOST), { dryRun });
      return leftovers.map(({ what, outcome, problem }) => [what, outcome, problem?.code]);
    };
    expect(await ask(true)).toEqual([
      ['pg', 'would be removed', undefined],
      ['stuck', 'would be removed', undefined],
      ['lock x', 'would be removed', undefined],
    ]);
    expect(target.world.size).toBe(2);
    const left = [
      ['stuck', 'left', 'NODE_UNDESTROYABLE'],
      ['lock x', 'left', 'LOCK_UNREMOVABLE'],
    ];
    expect(await ask(false)).toEqual([['pg', 'removed', undefined], ...left]);
    expect(await ask(false)).toEqual(left);
    await bus.close();
  });

  it('has each run that could not be looked at as left, with the reason, beside the others', async () => {
    const bus = createMemoryBus();
    const target = new BlindTarget(bus);
    for (const runId of ['hidden', 'seen', 'vanishing']) {
      const spec = specOf(runId, 'pg');
      target.world.set(`${runId}/pg`, { ...spec, fence: { incarnation: bus.log.incarnation, sequence: 1 } });
    }
    const context = {
      bus,
      logger,
      hostId: HOST,
      host: { cores: 1, memoryBytes: 1 },
      targets: new Targets([target], logger),
      announce: () => Promise.resolve(),
    };
    const lanes = new Lanes(new AbortController().signal);
    await answerJanitor({ context, lanes, open: ['hidden'], hostname: 'h', staleLocks: () => [] });
    const ask = async (dryRun: boolean) => {
      const { leftovers } = await bus.questions.ask(hostJanitor(HOST), { dryRun });
      return leftovers.map(({ runId, outcome, problem }) => [runId, outcome, problem?.code]);
    };
    expect(await ask(true)).toEqual([
      ['hidden', 'left', 'RUN_NOT_LOOKED_AT'],
      ['seen', 'would be removed', undefined],
      ['vanishing', 'would be removed', undefined],
    ]);
    target.sweeping = true;
    expect(await ask(false)).toEqual([
      ['hidden', 'left', 'RUN_NOT_LOOKED_AT'],
      ['seen', 'removed', undefined],
      // Seen at first; before its removal it could not be looked at again.
      ['vanishing', 'left', 'RUN_NOT_LOOKED_AT'],
    ]);
    expect([...target.world.keys()]).toEqual(['hidden/pg', 'vanishing/pg']);
    await bus.close();
  });
});
