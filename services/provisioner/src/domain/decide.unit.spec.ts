import type { AnyRecorded } from '@benchbus/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  destroyed,
  HOST,
  INCARNATION,
  planned,
  provisioned,
  recorded,
  released,
  requested,
  stageStarted,
} from '../testing/history.ts';
import { decide } from './decide.ts';
import { deploymentView } from './deployment-view.ts';
import { runView } from './run-view.ts';

const misfit = { code: 'EDGE_PROTOCOL_MISFIT', message: 'x' };

function step(
  run: AnyRecorded[],
  deployment: AnyRecorded[] = [],
  ready: Record<string, number> = {},
  now = 1,
  misfits: readonly string[] = [],
  standsIn = false,
  lost = false,
) {
  return decide({
    run: runView(run),
    deployment: deploymentView(deployment),
    readyAt: new Map(Object.entries(ready)),
    misfits: new Map(misfits.map((node) => [node, misfit])),
    hostId: HOST,
    ...{ standsIn, lost },
    served: new Set(['local']),
    incarnation: INCARNATION,
    now,
  });
}
const asked = [stageStarted(1), requested(2)];
const failed = (sequence: number, attempt: number) =>
  recorded('DeploymentFailed', sequence, { attempt, problem: { code: 'X', message: 'x' } });

describe('decide', () => {
  it('for a host that is gone answers the release, once, and makes nothing', () => {
    const others = [stageStarted(1), requested(2, 1, 'host-2')];
    const standIn = (run: AnyRecorded[], deployment: AnyRecorded[] = []) => step(run, deployment, {}, 1, [], true).do;
    expect(standIn(others)).toBe('nothing');
    expect(standIn(others, [planned(3, 1)])).toBe('nothing');
    expect(standIn([...others, released(4)], [planned(3, 1)])).toBe('destroy');
    expect(standIn([...others, released(4)])).toBe('destroy');
    expect(standIn([...others, released(4)], [planned(3, 1), destroyed(5)])).toBe('nothing');
    expect(step([...others, released(4)], [planned(3, 1)]).do).toBe('nothing');
  });
  it('makes nothing for a run that was said to be gone with the host, and says so once', () => {
    const gone = (run: AnyRecorded[], deployment: AnyRecorded[] = []) => step(run, deployment, {}, 1, [], false, true);
    expect(gone(asked)).toMatchObject({ do: 'fail', problem: { code: 'HOST_LOST' } });
    expect(gone(asked, [planned(3, 1)]).do).toBe('fail');
    expect(gone(asked, [planned(3, 1), failed(4, 1)]).do).toBe('nothing');
    expect(gone([...asked, released(4)], [planned(3, 1)]).do).toBe('destroy');
  });
  it('goes plan, create, await, ready', () => {
    expect(step(asked)).toMatchObject({ do: 'plan', fence: { incarnation: INCARNATION, sequence: 1 } });
    expect(step(asked, [planned(3, 1)])).toMatchObject({ do: 'create', nodes: ['pg', 'load'] });
    expect(step(asked, [planned(3, 1), provisioned(4, 'pg')])).toMatchObject({ do: 'create', nodes: ['load'] });
    const made = [planned(3, 1), provisioned(4, 'pg'), provisioned(5, 'load')];
    expect(step(asked, made, { pg: 6 })).toMatchObject({ do: 'await', nodes: ['load'] });
    expect(step(asked, made, { pg: 6, load: 7 })).toMatchObject({ do: 'ready' });
    expect(step(asked, [...made, recorded('DeploymentReady', 8, { attempt: 1 })], { pg: 6, load: 7 }).do).toBe(
      'nothing',
    );
  });

  it('does not take a runner of an earlier plan for ready', () => {
    const second = [...asked, stageStarted(6, 2), requested(7, 2)];
    const made = [planned(3, 1), failed(5, 1), planned(8, 6, 2), provisioned(9, 'pg', 2), provisioned(10, 'load', 2)];
    expect(step(second, made, { pg: 4, load: 11 })).toMatchObject({ do: 'await', nodes: ['pg'] });
  });

  it('fails with a runner that does not fit, as soon as it says so; one of an earlier plan counts for nothing', () => {
    const made = [planned(3, 1), provisioned(4, 'pg'), provisioned(5, 'load')];
    expect(step(asked, made, { pg: 6 }, 1, ['pg'])).toMatchObject({ do: 'fail', problem: misfit });
    expect(step(asked, made, { pg: 2 }, 1, ['pg'])).toMatchObject({ do: 'await', nodes: ['pg', 'load'] });
  });

  it('leaves other hosts, answered attempts and destroyed deployments alone', () => {
    expect(step([stageStarted(1), requested(2, 1, 'host-2')]).do).toBe('nothing');
    expect(step([]).do).toBe('nothing');
    expect(step(asked, [failed(3, 1)]).do).toBe('nothing');
    expect(step([...asked, released(3)], [destroyed(4)]).do).toBe('nothing');
  });

  it('halts when the run is over, and destroys when it is to be released, made or not', () => {
    for (const name of ['RunCancelling', 'RunCancelled'] as const)
      expect(step([...asked, recorded(name, 3, { reason: 'x' })], [planned(4, 1)]).do).toBe('halt');
    expect(step([...asked, released(3)])).toMatchObject({ do: 'destroy', cause: 'id-3' });
    expect(step([...asked, released(5)], [planned(3, 1), failed(4, 1)]).do).toBe('destroy');
  });

  it('is fenced: no create for an older stage, another stage, or a plan of another log', () => {
    expect(step([...asked, stageStarted(3, 2)]).do).toBe('nothing');
    expect(step([...asked, stageStarted(4, 1, 'database')], [planned(3, 1)]).do).toBe('nothing');
    expect(step([stageStarted(1), stageStarted(2), requested(3)], [planned(4, 1)]).do).toBe('nothing');
    const other = planned(3, 1, 1, '00000000-0000-4000-8000-000000000002');
    expect(step(asked, [other])).toMatchObject({ do: 'fail', problem: { code: 'FENCED_OUT' } });
  });

  it('gives up at the deadline, naming who is missing; but what is ready is ready', () => {
    const late = 10_000;
    expect(step(asked, [], {}, late)).toMatchObject({ do: 'fail', problem: { code: 'PROVISION_TIMEOUT' } });
    const made = [planned(3, 1), provisioned(4, 'pg'), provisioned(5, 'load')];
    expect(step(asked, made, { pg: 6 }, late)).toMatchObject({ do: 'fail', problem: { where: 'load' } });
    expect(step(asked, made, { pg: 6, load: 7 }, late).do).toBe('ready');
  });

  it('never creates anything once any end of the run is in the log, wherever it stands', () => {
    const creating = new Set(['plan', 'create', 'await', 'ready', 'fail']);
    const ends = [
      released(90),
      recorded('RunCancelling', 90, { reason: 'x' }),
      recorded('RunCancelled', 90, { reason: 'x' }),
    ];
    const deployment = [planned(3, 1), provisioned(4, 'pg'), provisioned(5, 'load')];
    fc.assert(
      fc.property(fc.constantFrom(...ends), fc.nat(2), fc.nat(3), fc.nat(20_000), (end, where, made, now) => {
        const run = [...asked.slice(0, where), end, ...asked.slice(where)];
        expect(creating.has(step(run, deployment.slice(0, made), { pg: 50 }, now).do)).toBe(false);
      }),
    );
  });
});
