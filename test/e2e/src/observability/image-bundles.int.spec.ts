import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import {
  findVersitygw,
  startChild,
  startOtlpCollector,
  startS3,
  startValkey,
  type OtlpCollector,
  type TestS3,
  type TestServer,
} from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO } from '../testing/installation.ts';

const SERVICES = ['network-allocator', 'artifact-store'];
/** Below the repository: what stays a package is found in its node_modules, as in an image. */
const out = join(REPO, `dist/image-bundles-${process.pid}`);
const BUCKET = 'benchbus';

/** As an image starts it (images/service/Dockerfile), until it has told something. */
async function told(service: string, env: Readonly<Record<string, string>>, collector: OtlpCollector): Promise<void> {
  const before = collector.paths.length;
  const register = join(out, 'libs/service/src/telemetry/register.mjs');
  const child = startChild(process.execPath, ['--import', register, join(out, `services/${service}/src/main.mjs`)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_SERVICE_NAME: service,
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      ...env,
    },
  });
  try {
    await child.line((line) => (line.includes('"msg":"ready"') ? line : undefined), service);
    const paths = () => [...new Set(collector.paths.slice(before))].sort();
    await expect.poll(paths, { timeout: 30_000 }).toEqual(['/v1/metrics', '/v1/traces']);
  } finally {
    await child.stop();
  }
  expect(await child.exited, child.lines.join('\n')).toEqual({ code: 0, signal: null });
}

describe.skipIf(findVersitygw() === undefined)('services as they are in images', () => {
  let nats: TestNatsServer;
  let valkey: TestServer;
  let s3: TestS3;
  let collector: OtlpCollector;
  const folder = mkdtempSync(join(tmpdir(), 'bb-image-'));

  beforeAll(async () => {
    const mains = SERVICES.map((name) => `services/${name}/src/main.ts`);
    await promisify(execFile)(process.execPath, [join(REPO, 'tools/bundle-service.mjs'), out, ...mains], { cwd: REPO });
    [nats, valkey, s3, collector] = await Promise.all([
      startNatsServer(),
      startValkey(),
      startS3([BUCKET]),
      startOtlpCollector(),
    ]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([nats.stop(), valkey.stop(), s3.stop(), collector.close()]);
    for (const made of [out, folder]) rmSync(made, { recursive: true, force: true });
  });

  it('tell of Valkey and S3 in spans, and of themselves in metrics', async () => {
    const common = { NATS_URL: nats.url };
    await told('network-allocator', { ...common, VALKEY_URL: valkey.url }, collector);
    const keys = { S3_ACCESS_KEY_ID: s3.accessKeyId, S3_SECRET_ACCESS_KEY: s3.secretAccessKey };
    const place = { S3_URL: s3.endpoint, S3_REGION: s3.region, S3_BUCKET: BUCKET };
    await told('artifact-store', { ...common, ...keys, ...place, BENCHBUS_STATE_DIR: folder }, collector);
    const spans = collector.spans.map(({ service, name }) => `${service}: ${name}`);
    expect(spans).toContain('network-allocator: connect');
    expect(spans).toContainEqual(expect.stringMatching(/^artifact-store: S3\./));
    expect(JSON.stringify(collector.spans)).not.toContain(s3.secretAccessKey);
  });
});
