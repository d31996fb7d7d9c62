import { exampleHardware, exampleWorkload } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { logBuilder, SUITE } from '../testing/recorded.ts';
import { findNode, knownNodes, parseNodeName } from './find-node.ts';
import { shellEnvironment } from './shell-environment.ts';

const later = '2026-11-25T10:00:00.000Z';
const hardware = exampleHardware();
const node = (name: string, address: string) => ({
  name,
  purpose: 'database' as const,
  address,
  hardware,
  processes: [
    { kind: 'postgres' as const, role: 'primary' as const, version: '15' as const, port: 5433, settings: {} },
  ],
});
const plan = {
  nodes: [
    node('pg', '127.64.1.4'),
    {
      name: 'load',
      purpose: 'load' as const,
      address: '127.64.1.5',
      hardware,
      processes: [{ kind: 'load' as const, workload: exampleWorkload({ hardware }) }],
    },
  ],
  connection: { host: '127.64.1.4', port: 6432, user: 'postgres', database: 'bench' },
};

/** Runs a and b are there, c was destroyed. */
function log() {
  const { events, add } = logBuilder();
  for (const runId of ['a', 'b', 'c']) {
    const cidr = '127.64.1.0/24';
    const lease = { cidr, hostId: 'h', leaseExpiresAt: later };
    add('RunDeploymentRequested', `evt.run.${runId}`, 0, { ...lease, attempt: 1, target: 'local', deadline: later });
    const fence = { incarnation: '00000000-0000-4000-8000-000000000000', sequence: 1 };
    add('PlacementPlanned', `evt.deployment.${runId}`, 1, { ...lease, attempt: 1, fence, plan });
    for (const { name, address } of plan.nodes.slice(0, runId === 'b' ? 1 : 2))
      add('NodeProvisioned', `evt.deployment.${runId}`, 2, { attempt: 1, node: name, address });
  }
  add('NodeDestroyed', 'evt.deployment.c', 3, { node: 'pg', reclaimed: [] });
  add('DeploymentDestroyed', 'evt.deployment.c', 4, { reason: 'x' });
  return events;
}
const known = knownNodes(log());
const look = (text: string) => {
  const found = findNode(parseNodeName(text) ?? { node: '' }, known);
  return 'found' in found ? `${found.found.runId}/${found.found.node.name}` : found.problem;
};

describe('findNode', () => {
  it('finds the one that is meant', () => {
    expect([look('a/pg'), look('b/pg'), look('load')]).toEqual(['a/pg', 'b/pg', 'a/load']);
    expect(look(`${SUITE}/load`)).toBe('a/load');
    expect(look(`${SUITE}/pg`)).toMatchObject({ code: 'NODE_AMBIGUOUS' });
  });
  it('lists the candidates, says since when it is gone, and what there is', () => {
    expect(look('pg')).toMatchObject({ code: 'NODE_AMBIGUOUS', message: '2 runs have a node pg: a/pg, b/pg' });
    const gone = { code: 'NODE_GONE', message: 'node load of run c was released at 2026-11-24T10:00:00.004Z' };
    expect(look('c/load')).toMatchObject(gone);
    expect(look('b/load')).toMatchObject({
      code: 'NODE_UNKNOWN',
      hint: expect.stringContaining('a/pg, a/load, b/pg') as unknown,
    });
    expect(findNode({ node: 'pg' }, { there: [], gone: [] })).toMatchObject({
      problem: { code: 'NODE_UNKNOWN', hint: expect.stringContaining('no node exists now') as unknown },
    });
  });
  it('takes NODE and RUN/NODE, and nothing else', () => {
    expect(parseNodeName('pg-1')).toEqual({ node: 'pg-1' });
    expect(parseNodeName('r_1/pg')).toEqual({ runId: 'r_1', node: 'pg' });
    for (const bad of ['', '/pg', 'a/', 'a/b/c', 'PG', '../pg', 'a.b/pg']) expect(parseNodeName(bad)).toBeUndefined();
  });
});

describe('shellEnvironment', () => {
  const [pg, load] = plan.nodes;
  if (pg === undefined || load === undefined) throw new Error('two nodes');
  const own = {
    PATH: '/bin',
    TERM: 'x',
    BENCHBUS_RUN: 'a',
    BENCHBUS_INSTALLATION: 'i',
    HATCHET_CLIENT_TOKEN: 't',
    NATS_URL: 'n',
  };
  const place = { password: 'secret', postgresBin: '/pg/bin', user: undefined, home: '/home/me' };
  const environment = (where: typeof pg | typeof load, more: object = {}) =>
    shellEnvironment(own, { ...place, where: { runId: 'a', node: where, plan }, ...more });

  it("connects to the node's own server, from elsewhere as the load tool does", () => {
    expect(environment(pg)).toMatchObject({
      PGHOST: '127.64.1.4',
      PGPORT: '5433',
      PGDATABASE: 'bench',
      PGPASSWORD: 'secret',
    });
    expect(environment(load)).toMatchObject({
      PGHOST: '127.64.1.4',
      PGPORT: '6432',
      PATH: '/pg/bin:/bin',
      HOME: '/home/me',
    });
  });
  it('carries neither a label of the run nor a secret of the caller, nor a password that is not known', () => {
    const names = Object.keys(environment(pg, { password: undefined }));
    expect(names.filter((name) => /BENCHBUS|HATCHET|NATS|PASSWORD/.test(name))).toEqual([]);
  });
  it('is at home where its user is, and names run and node', () => {
    const env = environment(pg, { user: { name: 'postgres', home: '/var/lib/postgresql' } });
    expect(env).toMatchObject({ HOME: '/var/lib/postgresql', USER: 'postgres', PS1: 'a/pg:\\W\\$ ' });
  });
});
