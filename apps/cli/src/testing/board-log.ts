import type { EventData } from '@benchbus/events';
import { exampleSuite, logBuilder } from './recorded.ts';

/** A suite `<id>` of `runs` runs, accepted and queued; steps of a run by name, at offsets in ms. */
export function boardLog() {
  const { events, add } = logBuilder();
  const later = '2026-11-24T14:00:00.000Z';
  const suite = exampleSuite();
  const [test] = suite.tests;
  if (test === undefined) throw new Error('the example has a test');
  let stamp = 0;
  const at = (): number => (stamp += 1_000);
  return {
    events,
    add,
    later,
    /** Its runs are `<id>-1-1`, `<id>-1-2`, … */
    suite: (id: string, runs = 1, given: Partial<typeof suite> = {}) => {
      const all = Array.from({ length: runs }, (_, index) => ({ runId: `${id}-1-${index + 1}`, repeat: index + 1 }));
      add('SuiteAccepted', `evt.suite.${id}`, at(), {
        requestId: 'r',
        suite: { ...suite, name: `suite ${id}`, ...given },
        runs: all.map((run) => ({ ...run, test: 'baseline' })),
      });
      for (const { runId, repeat } of all)
        add('RunQueued', `evt.run.${runId}`, at(), {
          ...{ suiteId: id, index: 0, repeat, test },
          settings: { ...suite.settings, ...given.settings },
        });
    },
    host: (
      hostId: string,
      cores = 2,
      target: 'local' | 'docker' = 'local',
      otherPools: EventData<'HostAnnounced'>['targets'][number]['otherPools'] = [],
    ) =>
      add('HostAnnounced', `evt.host.${hostId}`, at(), {
        hostname: `${hostId}.example`,
        installation: 'i',
        targets: [{ name: target, pool: { cidr: '127.64.0.0/16', blockPrefix: 24 }, otherPools }],
        cores,
        memoryBytes: 8 * 2 ** 30,
        occupied: [],
        versions: {},
      }),
    stage: (runId: string, stage: EventData<'RunStageStarted'>['stage'], attempt = 1) =>
      add('RunStageStarted', `evt.run.${runId}`, at(), { stage, attempt, deadline: later }),
    ask: (runId: string, given: Partial<EventData<'RunNetworkRequested'>> = {}) =>
      add('RunNetworkRequested', `evt.run.${runId}`, at(), {
        ...{ attempt: 1, suiteId: 's', target: 'local', addresses: 2, cores: 1.5, memoryBytes: 2 ** 30 },
        ...{ sharing: 'exclusive', hardwarePolicy: 'reject', deadline: later, leaseExpiresAt: later },
        ...given,
      }),
    grant: (runId: string, hostId: string, sharing: 'exclusive' | 'allowed' = 'exclusive') => {
      const grant = { runId, attempt: 1, leaseExpiresAt: later };
      const pool = { scope: hostId, cidr: '127.64.0.0/16' };
      add('CapacityGranted', `evt.capacity.${hostId}`, at(), {
        grants: [{ ...grant, cores: 1.5, memoryBytes: 2 ** 30, sharing }],
      });
      add('BlocksGranted', `evt.pool.${hostId}.127-64-0-0_16`, at(), { grants: [{ ...grant, cidr: '127.64.0.0/24' }] });
      add('NetworkReserved', `evt.network.${runId}`, at(), {
        ...{ attempt: 1, hostId, cidr: '127.64.0.0/24', pool, leaseExpiresAt: later },
      });
    },
    fail: (runId: string) =>
      add('RunFailed', `evt.run.${runId}`, at(), { problem: { code: 'X', message: 'it broke' }, stage: 'workload' }),
    release: (runId: string, hostId: string) => {
      add('RunReleaseRequested', `evt.run.${runId}`, at(), { reason: 'ended', deadline: later });
      add('CapacityReleased', `evt.capacity.${hostId}`, at(), { runIds: [runId] });
      add('BlocksReleased', `evt.pool.${hostId}.127-64-0-0_16`, at(), {
        ...{ blocks: [{ runId, cidr: '127.64.0.0/24' }], quarantineMs: 60_000 },
      });
      add('NetworkReleased', `evt.network.${runId}`, at(), { hostId, cidr: '127.64.0.0/24' });
      add('RunReleased', `evt.run.${runId}`, at(), {});
    },
  };
}
