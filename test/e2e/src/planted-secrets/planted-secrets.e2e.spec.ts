import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers } from '@nats-io/transport-node';
import { subjects } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Installation } from '../testing/installation.ts';
import { CANARIES, plantedSuite, RAW, RUNNING, runningSuite } from './planted.ts';
import { textOfStream } from './streams.ts';

const STREAMS = ['REQUESTS', 'EVENTS', 'TELEMETRY', 'DEADLETTERS'];

describe('a secret in a suite file', () => {
  let installation: Installation;
  let nats: Awaited<ReturnType<typeof connect>>;
  let ran = '';
  const folder = mkdtempSync(join(tmpdir(), 'benchbus-planted-'));
  beforeAll(async () => {
    installation = await Installation.start();
    nats = await connect({ servers: installation.natsUrl });
    // Something runs, so that its log lines are there to be looked through.
    const file = join(folder, 'running.yaml');
    writeFileSync(file, JSON.stringify(runningSuite));
    const { code, stdout, stderr } = await installation.cli('run', file, '--wait').finished;
    expect(code, stdout + stderr).toBe(0);
    ran = stdout + stderr;
  }, 120_000);
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
      ['the output', `${ran}\n${output}`],
      ['logs', textOfFolder('logs')],
      ['artifacts', textOfFolder('artifacts')],
    ]);
    for (const stream of STREAMS) places.set(stream, await textOfStream(nats, stream));
    // The looking itself works.
    expect(places.get('EVENTS')).toContain('io.benchbus.suite');
    expect(places.get('logs')).toContain('suite requested');
    expect(places.get('TELEMETRY')).toMatch(/^log\..*\bpg\b/m);
    expect(places.get('artifacts')).not.toBe('');
    const canaries = [...Object.values(CANARIES), ...RAW.map(({ canary }) => canary), RUNNING];
    for (const [place, text] of places)
      for (const canary of canaries) expect(text.includes(canary), `${canary} in ${place}`).toBe(false);
  };

  /** As a stranger does, in CloudEvents' binary mode; resolves when the server stored it. */
  const publish = async (id: string, body: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const hdrs = headers();
    const attributes = {
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': 'io.benchbus.suite.requested.v1',
      'ce-source': 'somebody',
      'content-type': 'application/json',
      ...more,
    };
    for (const [name, value] of Object.entries(attributes)) if (value !== '') hdrs.set(name, value);
    const stored = await nats.request(`request.suite.${id}`, body, { headers: hdrs, timeout: 5000 });
    expect(stored.json()).toMatchObject({ stream: 'REQUESTS' });
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
    const body = JSON.stringify({ suite: plantedSuite('TARGET_DOCKER') });
    await publish(suiteId, body);
    // A later request of the same id finds the suite there, and is parked: its letter carries no body.
    const parked = Promise.withResolvers<string>();
    nats.subscribe('dead.>', {
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

    await publish(suiteId, body, { 'ce-id': `${suiteId}-again` });
    expect(await parked.promise).toBe('SUITE_ID_TAKEN');
    // The first request is erased after its rejection is in the log.
    await vi.waitFor(async () => expect(await textOfStream(nats, 'REQUESTS')).not.toContain(CANARIES.hatchet), 10_000);
    await expectNoCanary('');
  });

  it.each(RAW)('published by hand, $name: nothing of it is left', async ({ id, body, headers, canary, rejected }) => {
    const known = (await installation.bus.deadLetters.list()).length;
    await publish(id, body, headers);
    await vi.waitFor(async () => expect(await textOfStream(nats, 'REQUESTS')).not.toContain(canary), 20_000);
    if (rejected) {
      const [first] = await installation.bus.log.read(subjects.suite(id));
      expect(first?.name).toBe('SuiteRejected');
    } else expect(await installation.bus.deadLetters.list()).toHaveLength(known + 1);
    await expectNoCanary('');
  });
});
