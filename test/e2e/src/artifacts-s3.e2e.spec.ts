import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRecorded, EventName } from '@benchbus/events';
import { startS3, type TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCollector, startCollector, telemetryTo, type TestCollector } from './observability/collector.ts';
import { checkMetrics, checkTrace, publishRubbish } from './observability/whole-suite.ts';
import { Installation } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

const BUCKET = 'benchbus';

interface Listed {
  readonly runId: string;
  readonly node: string;
  readonly name: string;
  readonly key: string;
  readonly sha256: string;
}

describe('artifacts in S3', () => {
  let s3: TestS3;
  let stack: Installation;
  let env: Record<string, string>;
  /** What the stack tells of itself, where the collector is built. */
  let collector: TestCollector | undefined;

  beforeAll(async () => {
    s3 = await startS3([BUCKET]);
    env = {
      S3_URL: s3.endpoint,
      S3_REGION: s3.region,
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    if (findCollector() !== undefined) collector = await startCollector();
    stack = await Installation.start({ ...env, BENCHBUS_ARCHIVE: 'on', ...telemetryTo(collector) });
  });
  afterAll(async () => {
    const left = await stack.stop();
    await s3.stop();
    await collector?.stop();
    expect(left).toEqual([]);
  });

  it('arrive although S3 was away when they were to be stored; are listed, fetched, audited and proven through the store; one trace tells of all', async () => {
    const file = join(stack.stateDir, 'tiny.json');
    writeFileSync(file, JSON.stringify(tinySuite('tiny', { durationSeconds: 2 })));
    const events = new Map<EventName, PromiseWithResolvers<AnyRecorded>>();
    const seen = (name: EventName) => {
      const known = events.get(name) ?? Promise.withResolvers<AnyRecorded>();
      events.set(name, known);
      return known;
    };
    const following = await stack.bus.log.follow({
      from: 'now',
      onEvent: (event) => void seen(event.name).resolve(event),
    });
    const running = stack.cli('run', file, '--wait');
    await seen('PlacementPlanned').promise;
    // Amid its work: what it had begun to tell of it is not to be left without a parent.
    process.kill(stack.pid('provisioner') ?? expect.fail('no provisioner'), 'SIGKILL');
    await seen('WorkloadStarted').promise;
    await s3.kill();
    await seen('WorkloadFinished').promise;
    await s3.restart();
    const { code, stdout, stderr } = await running.finished;
    expect(code, stdout + stderr).toBe(0);

    const { correlation: suiteId } = await seen('SuiteCompleted').promise;
    await following.stop();
    const listed = await stack.cli('artifacts', 'list', suiteId, '--json').finished;
    const { artifacts } = JSON.parse(listed.stdout) as { artifacts: Listed[] };
    expect(artifacts.map(({ name }) => name)).toContain('pgbench.stdout.txt');
    const out = join(stack.stateDir, 'fetched');
    const got = await stack.cli('artifacts', 'get', suiteId, '--out', out).finished;
    expect(got.code, got.stderr).toBe(0);
    for (const { runId, node, name, sha256 } of artifacts) {
      const content = readFileSync(join(out, runId, node, name));
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    const piped = await stack.cli('artifacts', 'get', suiteId, 'pgbench.stdout.txt', '--out', '-').finished;
    expect(piped.stdout).toMatch(/^tps = /m);
    const unknown = await stack.cli('artifacts', 'get', suiteId, 'nothing.txt').finished;
    expect([unknown.code, unknown.stderr]).toEqual([expect.any(Number), expect.stringContaining('ARTIFACT_UNKNOWN')]);

    const audit = await stack.cli('audit', '--json').finished;
    expect(audit.code, audit.stdout).toBe(0);
    const { checked } = JSON.parse(audit.stdout) as { checked: Record<string, number> };
    expect(checked['artifacts']).toBe(artifacts.length);
    const proof = join(stack.stateDir, 'proof.tar.gz');
    const exported = await stack.cli('audit', 'export', '--suite', suiteId, '--out', proof).finished;
    expect(exported.code, exported.stderr).toBe(0);

    // Somebody changes an object behind the store's back.
    const [first] = artifacts;
    const object = join(s3.folder, BUCKET, first?.key ?? '');
    writeFileSync(
      object,
      readFileSync(object).map((byte) => byte ^ 1),
    );
    // The archive says of the same facts the same.
    const changed = await stack.cli('audit', '--archive', '--json').finished;
    expect(JSON.parse(changed.stdout)).toMatchObject({
      ok: false,
      findings: [{ code: 'ARTIFACT_DIFFERS' }],
      checked: { events: checked['events'] },
    });
    const replayed = await stack.cli('replay', '--archive', '--suite', suiteId, '--json').finished;
    expect(JSON.parse(replayed.stdout)).toMatchObject({ suite: { suiteId, state: 'completed' } });
    expect(stdout + stderr + listed.stdout + got.stderr + audit.stdout).not.toContain(s3.secretAccessKey);

    if (collector === undefined) return console.warn('not looked at: traces and metrics (no collector)');
    await checkTrace(collector, suiteId);
    // What no schema fits is a dead letter.
    await publishRubbish(stack.natsUrl);
    await checkMetrics(collector);
    expect(JSON.stringify(collector.spans)).not.toContain(s3.secretAccessKey);
  });
});
