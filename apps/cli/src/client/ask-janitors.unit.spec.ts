import type { Leftover } from '@benchbus/events';
import { hostJanitor } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { describe, expect, it } from 'vitest';
import { exitCodeOfJanitor } from '../commands/janitor.ts';
import { knownHosts } from '../domain/hosts.ts';
import { unreleased } from '../domain/unreleased.ts';
import { janitorText } from '../render/janitor-text.ts';
import { plain } from '../render/style.ts';
import { finishedRun, logBuilder, RUN } from '../testing/recorded.ts';
import { askJanitors } from './ask-janitors.ts';

const announced = (hostname: string) => ({
  hostname,
  installation: 'i',
  targets: [{ name: 'local' as const, pool: { cidr: '127.64.0.0/16', blockPrefix: 24 } }],
  cores: 2,
  memoryBytes: 1,
  occupied: [],
  versions: {},
});
const later = '2026-11-25T10:00:00.000Z';

describe('knownHosts', () => {
  it('knows who left, and who came back', () => {
    const { events, add } = logBuilder();
    for (const id of ['a', 'b']) add('HostAnnounced', `evt.host.${id}`, 0, announced(id));
    for (const id of ['a', 'b']) add('HostLeft', `evt.host.${id}`, 1, { reason: 'stopped' });
    add('HostAnnounced', 'evt.host.b', 2, announced('b2'));
    expect(knownHosts(events).map(({ hostname, left }) => [hostname, left])).toEqual([
      ['a', true],
      ['b2', false],
    ]);
  });
});

describe('unreleased', () => {
  const { events, add } = logBuilder();
  const pool = { scope: 'h', cidr: '127.64.0.0/16' };
  const grant = (runId: string, cidr: string) => ({ runId, attempt: 1, cidr, leaseExpiresAt: later });
  const share = { attempt: 1, cores: 1, memoryBytes: 1, sharing: 'exclusive' as const, leaseExpiresAt: later };
  add('RunReleaseRequested', 'evt.run.open', 0, { reason: 'ended', deadline: later });
  const reserved = { attempt: 1, hostId: 'h', cidr: '127.64.1.0/24', pool, leaseExpiresAt: later };
  for (const runId of ['open', 'unknown']) add('NetworkReserved', `evt.network.${runId}`, 1, reserved);
  add('CapacityGranted', 'evt.capacity.h', 2, {
    grants: ['open', RUN, 'given-back'].map((runId) => ({ runId, ...share })),
  });
  add('CapacityReleased', 'evt.capacity.h', 3, { runIds: ['given-back'] });
  const blocks = { grants: [grant(RUN, '127.64.2.0/24'), grant('given-back', '127.64.3.0/24')] };
  add('BlocksGranted', 'evt.pool.h.127-64-0-0_16', 4, blocks);
  const back = { blocks: [{ cidr: '127.64.3.0/24', runId: 'given-back' }] };
  add('BlocksReleased', 'evt.pool.h.127-64-0-0_16', 5, back);
  add('RunReleaseOverdue', 'evt.run.open', 6, { left: ['network'] });

  it('finds reservations of runs that are released or unknown, and what is overdue', () => {
    const { overdue, reservations } = unreleased([...events, ...finishedRun()]);
    expect(overdue).toMatchObject([{ runId: 'open', left: ['network'] }]);
    expect(reservations.map(({ kind, runId, why }) => [kind, runId, why.replace(/ at .*/, '')])).toEqual([
      ['network', 'unknown', 'the log knows no such run'],
      ['capacity', RUN, 'the run was released'],
      ['block', RUN, 'the run was released'],
    ]);
  });
});

describe('askJanitors', () => {
  it('asks every host that has not left; who does not answer is named, and is no success', async () => {
    const bus = createMemoryBus();
    for (const id of ['here', 'silent', 'gone', 'stuck']) {
      const subject = `evt.host.${id}`;
      const base = { subject, cause: id, correlation: id };
      const first = await bus.log.append({ ...base, name: 'HostAnnounced', data: announced(id) }, 0);
      const reason = { reason: 'stopped' };
      if (id === 'gone') await bus.log.append({ ...base, name: 'HostLeft', data: reason }, first.event.sequence);
    }
    const found: Leftover = {
      kind: 'process',
      runId: 'r1',
      node: 'pg',
      what: 'process 1 (sleep)',
      why: 'w',
      outcome: 'removed',
    };
    const answer = (hostname: string, leftovers: Leftover[]) =>
      bus.questions.answer(hostJanitor(hostname), async () => ({ hostname, leftovers }));
    await answer('here', [found]);
    const problem = { code: 'NODE_UNDESTROYABLE', message: 'process 2' };
    const stuck = await answer('stuck', [{ ...found, outcome: 'left', problem }]);
    const report = await askJanitors(bus, { dryRun: false, timeoutMs: 1_000 });
    const text = janitorText(report, plain);
    expect(text).toContain('host here (here): 1 leftover\n  removed  process 1 (sleep) of run r1, node pg: w');
    expect(text).toContain('host silent (silent): did not answer');
    expect(text).toContain('process 2 [NODE_UNDESTROYABLE]');
    expect(text).not.toContain('gone');
    expect(text.split('\n').at(-1)).toBe('2 leftovers, 1 removed, 1 left, 2 hosts looked, 1 host did not answer');
    expect(exitCodeOfJanitor(report)).toBe(1);
    await stuck.stop();
    expect(exitCodeOfJanitor(await askJanitors(bus, { dryRun: false, timeoutMs: 1_000 }))).toBe(3);
    expect(exitCodeOfJanitor({ ...report, hosts: report.hosts.filter(({ host }) => host.hostId === 'here') })).toBe(0);
    await bus.close();
  });
});
