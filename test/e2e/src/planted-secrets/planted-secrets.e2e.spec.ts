import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers } from '@nats-io/transport-node';
import { subjects } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Installation } from '../testing/installation.ts';
import { CANARIES, plantedSuite } from './planted.ts';
import { textOfStream } from './streams.ts';

const STREAMS = ['REQUESTS', 'EVENTS', 'TELEMETRY', 'DEADLETTERS'];

describe('a secret in a suite file', () => {
  let installation: Installation;
  let nats: Awaited<ReturnType<typeof connect>>;
  const folder = mkdtempSync(join(tmpdir(), 'benchbus-planted-'));
  beforeAll(async () => {
    installation = await Installation.start();
    nats = await connect({ servers: installation.natsUrl });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await nats.close();
    expect(await installation.stop()).toEqual([]);
  });

  /** What a folder of the installation holds, all files as one text. */
  const textOfFolder = (name: string): string => {
    const root = join(installation.stateDir, name);
    if (!existsSync(root)) return '';
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n');
  };

  const expectNoCanary = async (output: string): Promise<void> => {
    const places = new Map([
      ['the output', output],
      ['logs', textOfFolder('logs')],
      ['artifacts', textOfFolder('artifacts')],
    ]);
    for (const stream of STREAMS) places.set(stream, await textOfStream(nats, stream));
    // The looking itself works.
    expect(places.get('EVENTS')).toContain('io.benchbus.suite');
    expect(places.get('logs')).toContain('suite requested');
    for (const [place, text] of places)
      for (const canary of Object.values(CANARIES)) expect(text.includes(canary), `${canary} in ${place}`).toBe(false);
  };

  it.each(['TARGET_DOCKER', 'TARGET_YANDEX_CLOUD'] as const)(
    'published by the command line (%s) is nowhere but in the secrets folder',
    async (target) => {
      const file = join(folder, `${target.toLowerCase()}.yaml`);
      writeFileSync(file, JSON.stringify(plantedSuite(target)));
      const { code, stdout, stderr } = await installation.cli('run', file, '--wait').finished;
      expect(code, stdout + stderr).toBe(1);
      expect(stdout + stderr).toContain('TARGET_UNAVAILABLE');
      await expectNoCanary(stdout + stderr);

      const secrets = join(installation.stateDir, 'secrets');
      const kept = readdirSync(secrets).filter((name) => name !== 'installation.key');
      const values = kept.map((name) => readFileSync(join(secrets, name), 'utf8').trim());
      for (const canary of Object.values(CANARIES)) expect(values).toContain(canary);
      for (const name of kept) expect(statSync(join(secrets, name)).mode & 0o777).toBe(0o600);
    },
  );

  it('published over NATS as it is: the suite is rejected, and the request erased', async () => {
    const suiteId = 'planted-raw';
    const hdrs = headers();
    const attributes = {
      'ce-specversion': '1.0',
      'ce-id': suiteId,
      'ce-type': 'io.benchbus.suite.requested.v1',
      'ce-source': 'somebody',
      'content-type': 'application/json',
    };
    for (const [name, value] of Object.entries(attributes)) hdrs.set(name, value);
    const body = JSON.stringify({ suite: plantedSuite('TARGET_DOCKER') });
    await nats.request(`request.suite.${suiteId}`, body, { headers: hdrs, timeout: 5000 });
    // A later request of the same id finds the suite there, and is parked: its letter carries no body.
    const parked = Promise.withResolvers<string>();
    nats.subscribe('dead.>', {
      max: 1,
      callback: (error, message) =>
        error ? parked.reject(error) : parked.resolve(message.headers?.get('dead-code') ?? ''),
    });
    const { log } = installation.bus;
    const subject = subjects.suite(suiteId);
    const rejected = await log.waitFor([subject], async () => (await log.read(subject))[0], {
      what: 'the rejection',
      timeoutMs: 30_000,
      signal: AbortSignal.timeout(30_000),
    });
    if (rejected.name !== 'SuiteRejected') throw new Error(rejected.name);
    const codes = rejected.data.problems.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['SUITE_PLAIN_SECRET']));

    hdrs.set('ce-id', `${suiteId}-again`);
    await nats.request(`request.suite.${suiteId}`, body, { headers: hdrs, timeout: 5000 });
    expect(await parked.promise).toBe('SUITE_ID_TAKEN');
    // The first request is erased after its rejection is in the log.
    await vi.waitFor(async () => expect(await textOfStream(nats, 'REQUESTS')).not.toContain(CANARIES.hatchet), 10_000);
    await expectNoCanary('');
  });
});
