import type { AnyRecorded, EventData, EventName } from '@benchbus/events';
import { exampleWorkload } from '@benchbus/suites/testing';

export const INCARNATION = '00000000-0000-4000-8000-000000000001';
export const HOST = 'host-1';

/** A recorded fact for pure tests: only what decisions look at is real. */
export function recorded<N extends EventName>(name: N, sequence: number, data: EventData<N>): AnyRecorded {
  return {
    name,
    subject: 'evt.test.r1',
    sequence,
    counter: sequence,
    data,
    id: `id-${sequence}`,
    type: name,
    source: 'test',
    time: new Date(sequence).toISOString(),
    correlation: 's1',
    cause: 'test',
    hash: '',
    prevHash: '',
    incarnation: INCARNATION,
  } as AnyRecorded;
}

export const at = (ms: number): string => new Date(ms).toISOString();

export const stageStarted = (sequence: number, attempt = 1, stage: 'provision' | 'database' = 'provision') =>
  recorded('RunStageStarted', sequence, { stage, attempt, deadline: at(10_000) });

export const requested = (sequence: number, attempt = 1, hostId = HOST) =>
  recorded('RunDeploymentRequested', sequence, {
    attempt,
    target: 'local',
    hostId,
    cidr: '127.64.1.0/24',
    deadline: at(10_000),
    leaseExpiresAt: at(50_000),
  });

const hardware = { cores: 1, memoryBytes: 1, diskBytes: 1 };
export const planned = (sequence: number, fence: number, attempt = 1, incarnation = INCARNATION) =>
  recorded('PlacementPlanned', sequence, {
    attempt,
    fence: { incarnation, sequence: fence },
    hostId: HOST,
    cidr: '127.64.1.0/24',
    leaseExpiresAt: at(50_000),
    plan: {
      nodes: [
        {
          name: 'pg',
          purpose: 'database',
          address: '127.64.1.4',
          hardware,
          processes: [{ kind: 'postgres', role: 'primary', version: '15', port: 5432, settings: {} }],
        },
        {
          name: 'load',
          purpose: 'load',
          address: '127.64.1.5',
          hardware,
          processes: [{ kind: 'load', workload: exampleWorkload({ hardware }) }],
        },
      ],
      connection: { host: '127.64.1.4', port: 5432, user: 'postgres', database: 'postgres' },
    },
  });

export const provisioned = (sequence: number, node: string, attempt = 1) =>
  recorded('NodeProvisioned', sequence, { attempt, node, address: '127.64.1.4' });
export const released = (sequence: number) =>
  recorded('RunReleaseRequested', sequence, { reason: 'ended', deadline: at(60_000) });
export const destroyed = (sequence: number) => recorded('DeploymentDestroyed', sequence, { reason: 'x' });
