import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkloadSummary } from '@benchbus/events';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, newStateDir, REPO } from './testing/installation.ts';
import { labelled } from './testing/processes.ts';
import { verifyEvidence } from './testing/verify-evidence.ts';

interface Fact {
  readonly name: string;
  readonly sequence: number;
  readonly correlation: string;
  readonly data: Record<string, unknown>;
}

describe('the quickstart', () => {
  const stateDir = newStateDir();
  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

  it('runs through all five services, prints what was measured, and shows it again from the log', async () => {
    const { code, stdout, stderr } = await cli(['up', '--run', join(REPO, 'examples/quickstart.yaml')], {
      BENCHBUS_STATE_DIR: stateDir,
    }).finished;
    expect(code, stdout + stderr).toBe(0);
    for (const wanted of [
      /tps/i,
      /latency.*average/i,
      /p50/,
      /p95/,
      /p99/,
      /transactions/i,
      /server\s+(PostgreSQL )?1\d/,
      /artifacts/i,
    ]) {
      expect(stdout).toMatch(wanted);
    }
    for (const event of [
      'SuiteAccepted',
      'NetworkReserved',
      'DatabaseReady',
      'WorkloadFinished',
      'RunReleased',
      'SuiteCompleted',
    ]) {
      expect(stdout + stderr).toContain(event);
    }
    expect(labelled({ BENCHBUS_STATE_DIR: stateDir })).toEqual([]);

    // The same numbers again from the log, and the artifacts are there.
    const up = cli(['up'], { BENCHBUS_STATE_DIR: stateDir });
    await up.printed(/ready/i);
    const events = await cli(['events', '--json'], { BENCHBUS_STATE_DIR: stateDir }).finished;
    const facts = events.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fact);
    const completed = facts.find(({ name }) => name === 'RunCompleted');
    const suiteId = completed?.correlation ?? '';
    const again = await cli(['results', suiteId, '--json'], { BENCHBUS_STATE_DIR: stateDir }).finished;
    const summary = completed?.data['summary'] as { tps: number; transactions: number; latencyP99Ms: number };
    expect(summary.transactions).toBeGreaterThan(100);
    expect(again.stdout).toContain(String(summary.tps));
    for (const stored of facts.filter(({ name }) => name === 'ArtifactStored')) {
      const path = join(stateDir, 'artifacts', String(stored.data['key']));
      expect(existsSync(path), path).toBe(true);
      expect(readFileSync(path).length).toBe(stored.data['bytes']);
    }

    expect(facts.map(({ data }) => data['name'])).toEqual(expect.arrayContaining(['metrics.csv.gz', 'result.v1.json']));
    expect(['valid', 'invalid']).toContain((completed?.data['summary'] as WorkloadSummary).validity?.verdict);
    const page = join(stateDir, 'report.html');
    const reported = await cli(['report', suiteId, '--out', page], { BENCHBUS_STATE_DIR: stateDir }).finished;
    expect([reported.code, reported.stderr]).toEqual([0, '']);
    const figures = [...readFileSync(page, 'utf8').matchAll(/aria-label="([^"]+)" data-points="(\d+)"/g)];
    expect(figures.map(([, caption]) => caption)).toEqual(
      expect.arrayContaining(['Throughput over time', 'Latency by percentile', 'Stages of each run']),
    );
    expect(figures.every(([, , points]) => Number(points) > 0)).toBe(true);

    // The log, its files and the checkpoint of the suite's end are intact; a changed file is found.
    const audit = () => cli(['audit', '--json'], { BENCHBUS_STATE_DIR: stateDir }).finished;
    const clean = await audit();
    expect(clean.code, clean.stdout + clean.stderr).toBe(0);
    const end = facts.find(({ name }) => name === 'SuiteCompleted');
    const { checked } = JSON.parse(clean.stdout) as { checked: Record<string, number> };
    expect(checked['covered']).toBeGreaterThanOrEqual(end?.sequence ?? Infinity);
    expect(checked['artifacts']).toBeGreaterThan(0);

    await verifyEvidence(stateDir, suiteId);

    const report = facts.find(({ name, data }) => name === 'ArtifactStored' && data['name'] === 'pgbench.stdout.txt');
    const file = join(stateDir, 'artifacts', String(report?.data['key']));
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/tps = (.)/, (_, digit) => `tps = ${digit === '9' ? 8 : 9}`),
    );
    const changed = await audit();
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      findings: [{ code: 'ARTIFACT_DIFFERS', sequence: report?.sequence }],
    });
    up.child.kill('SIGINT');
    expect((await up.finished).code).toBe(0);
  });
});
