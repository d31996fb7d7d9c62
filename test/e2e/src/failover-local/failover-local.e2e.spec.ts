import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, Installation } from '../testing/installation.ts';
import { play } from '../testing/play.ts';
import { failoverSuite } from './suite.ts';

const TIMEOUT_MS = 480_000;

/** The numbers, those of the fault included, come to the same by what pgbench and the commit probe wrote. */
async function verifyEvidence({ stateDir }: Installation, suiteId: string): Promise<void> {
  const proof = join(stateDir, 'proof.tar.gz');
  const env = { BENCHBUS_STATE_DIR: stateDir };
  const exported = await cli(['audit', 'export', '--suite', suiteId, '--out', proof], env).finished;
  expect(exported.code, exported.stdout + exported.stderr).toBe(0);
  const pem = join(stateDir, 'benchbus.pem');
  writeFileSync(pem, (await cli(['audit', '--public-key'], env).finished).stdout);
  const nowhere = { BENCHBUS_STATE_DIR: '/nowhere' };
  const verified = await cli(['audit', 'verify', proof, '--trust', pem, '--json'], nowhere).finished;
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, verified: { recomputed: [`${suiteId}-1-1`] } });
}

describe('failover under load, as processes of this machine', { timeout: TIMEOUT_MS }, () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start();
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it('the leader is killed: another one leads, commits go on, none that was acknowledged is lost, nothing is left', async () => {
    const { history } = await play(installation, failoverSuite());
    const injected = history.filter((event) => event.name === 'FaultInjected');
    expect(injected.map(({ subject, data }) => [subject.split('.').at(-1), data.killed])).toEqual([
      ['pg-1', ['patroni']],
    ]);
    const [finished] = history.filter((event) => event.name === 'WorkloadFinished');
    const summary = finished?.data.summary;
    expect(summary?.toolStarts).toBeGreaterThanOrEqual(2);
    expect(summary?.connectionsLost).toBeGreaterThanOrEqual(1);
    const [cost] = summary?.faults ?? [];
    console.info(JSON.stringify({ tps: summary?.tps, toolStarts: summary?.toolStarts, ...cost }));
    expect(cost).toMatchObject({ index: 0, kind: 'kill', node: 'pg-1', acknowledgedCommitsLost: 0 });
    expect(cost?.newLeader).toMatch(/^pg-[23]$/);
    expect(cost?.at).toBe(injected[0]?.data.at);
    // The standbys wait until the leader's key is gone: at most the ttl, and at most loop_wait and retries longer.
    expect(cost?.timeToNewLeaderMs).toBeGreaterThan(1_000);
    expect(cost?.timeToFirstCommitMs).toBeGreaterThan(1_000);
    expect(cost?.longestGapMs).toBeGreaterThanOrEqual(cost?.timeToFirstCommitMs ?? Infinity);
    expect(cost?.acknowledgedCommits).toBeGreaterThan(10);
    expect(cost?.throughputBeforeTps).toBeGreaterThan(0);
    expect(cost?.recoveryMs).toBeGreaterThan(1_000);
    const kept = finished?.data.artifacts.map(({ name }) => name);
    expect(kept).toEqual(expect.arrayContaining(['commits.log.txt', 'commits.present.json.txt', 'faults.json']));
    await verifyEvidence(installation, history[0]?.correlation ?? '');
  });
});
