import { expect } from 'vitest';
import type { Installation } from './installation.ts';
import { logLines } from './log-lines.ts';
import { play, type Played } from './play.ts';
import { verifyEvidence } from './verify-evidence.ts';

type Suite = Parameters<typeof play>[1];

/**
 * Plays a suite whose leader is killed once: another one led, commits went on, none that was acknowledged is lost, what was
 * killed was started again, and the evidence says the same. Prints what it cost.
 * @param playing `play`, with whatever else is to be looked at before and after
 */
export async function playFailover(installation: Installation, suite: Suite, playing = play): Promise<Played> {
  let lines: string[] = [];
  const played = await playing(installation, suite, async (runId) => {
    lines = await logLines(installation, runId, 'runner');
  });
  const { history } = played;
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
  expect(lines.filter((line) => line.includes('started again after a fault'))).toHaveLength(1);
  expect(lines.find((line) => line.includes('started again after a fault'))).toMatch(/^pg-1: /);
  await verifyEvidence(installation.stateDir, history[0]?.correlation ?? '');
  return played;
}
