import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, createAuthority, decodeEnrolmentCode, makeAccounts, subjects } from '@benchbus/events';
import type { AnyDraft, Draft, EventBus, EventName } from '@benchbus/events';
import { allMayCreds, startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine } from '@benchbus/hatchet-embedded';
import { startChild, type Child } from '@benchbus/service/testing';
import { planDeployment } from '@benchbus/suites';
import { exampleTest } from '@benchbus/suites/testing';
import { Authority as Certificates } from '@benchbus/tasks/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRunnerCommand } from '../local/runner-command.ts';
import { startEnrolment, type Enrolment } from './enrolment.ts';

/** Longer than two starts of a runner on a busy machine: one that is away for longer is locked out. */
const ACCESS_MS = 45_000;
const planned = planDeployment({
  test: exampleTest({}),
  settings: { hardwarePolicy: 'clamp', target: 'local' },
  cidr: '127.98.0.0/24',
  host: { cores: 64, memoryBytes: 2 ** 40 },
});
if (!planned.ok) throw new Error('no plan');
const { plan } = planned;
const node = plan.nodes[0]?.name ?? '';

describe('a runner that enrols over TLS', { timeout: 180_000 }, () => {
  const runId = `r-${randomUUID().slice(0, 8)}`;
  const runners: Child[] = [];
  let folder: string;
  let nats: TestNatsServer;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let services: EventBus;
  let enrolment: Enrolment;
  let another: Enrolment;
  let base: Record<string, string>;
  let code: string;

  const append = async <N extends EventName>(draft: Omit<Draft<N>, 'cause' | 'correlation'>) => {
    const full = { cause: randomUUID(), correlation: 'suite', ...draft } as AnyDraft;
    const history = await services.log.read(draft.subject);
    return (await services.log.append(full as Draft, history.at(-1)?.sequence ?? 0)).event;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-enrolled-'));
    const certificates = new Certificates(folder, 'nats');
    const accounts = await makeAccounts('test');
    nats = await startNatsServer({
      tls: certificates.issue('server', 'IP:127.0.0.1'),
      accounts: accounts.serverConfig,
    });
    engine = await startEngine({ stateDir: join(folder, 'engine') });
    const { certFile: caFile } = certificates.ca;
    const servers = nats.url.replace('nats:', 'tls:');
    services = await connectBus({
      servers,
      caFile,
      access: { creds: await allMayCreds(accounts.authorities.services) },
      name: 's',
      source: '/s',
    });
    await services.serveFollowers();
    const of = {
      bus: services,
      logger: pino({ level: 'silent' }),
      authority: createAuthority(JSON.stringify(accounts.authorities.runners)),
      codeTtlMs: 60_000,
      accessTtlMs: ACCESS_MS,
    };
    // Of another host: it is asked as often, and knows nothing of the node.
    another = await startEnrolment({ ...of, hostId: 'other', environmentOf: () => Promise.resolve({}) });
    enrolment = await startEnrolment({
      ...of,
      hostId: 'host',
      environmentOf: () =>
        Promise.resolve({
          ...engine.env,
          BENCHBUS_SUITE: 'suite',
          BENCHBUS_INSTALLATION: 'test',
          BENCHBUS_DB_PASSWORD: 'hunter2-of-the-database',
        }),
    });
    const fence = { incarnation: services.log.incarnation, sequence: 7 };
    await append<'PlacementPlanned'>({
      name: 'PlacementPlanned',
      subject: subjects.deployment(runId),
      data: { attempt: 1, fence, hostId: 'host', cidr: '127.98.0.0/24', plan, leaseExpiresAt: '2099-01-01T00:00:00Z' },
    });
    code = await enrolment.issue({ runId, node, fence });
    mkdirSync(join(folder, 'node'));
    base = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      NATS_URL: servers,
      NATS_CA_FILE: caFile,
      BENCHBUS_RUN: runId,
      BENCHBUS_NODE: node,
      BENCHBUS_FENCE: `${fence.incarnation}:${fence.sequence}`,
      BENCHBUS_NODE_DIR: join(folder, 'node'),
      BENCHBUS_ENROLMENT_RETRY_MS: '100',
      HATCHET_CLIENT_LOG_LEVEL: 'OFF',
    };
  });
  afterAll(async () => {
    await Promise.all(runners.map((runner) => runner.process.exitCode ?? runner.stop('SIGKILL')));
    await enrolment.stop();
    await another.stop();
    await services.close();
    await engine.stop();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const launch = (env: Record<string, string>): Child => {
    const [program = '', ...args] = defaultRunnerCommand();
    const runner = startChild(program, args, { env: { ...base, ...env } });
    runners.push(runner);
    return runner;
  };
  const says = (runner: Child, text: string) =>
    runner.line((line) => (line.includes(text) ? line : undefined), text, 60_000);
  const names = async () => (await services.log.read(subjects.edge(runId, node))).map(({ name }) => name);

  it('uses its code once, keeps what it got for a restart, and renews its access before that ends', async () => {
    const [codeFile, copy, state] = ['code', 'copy', 'node.enrolment.json'].map((name) => join(folder, name));
    if (codeFile === undefined || copy === undefined || state === undefined) throw new Error('three');
    writeFileSync(codeFile, `${code}\n`, { mode: 0o600 });
    copyFileSync(codeFile, copy);
    // The file of the state is the default.
    const own = { BENCHBUS_ENROLMENT_CODE_FILE: codeFile };
    const first = launch(own);
    await says(first, '"msg":"ready"');
    expect(await names()).toEqual(['EdgeRunnerReady']);
    expect(existsSync(codeFile)).toBe(false);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    await first.stop('SIGKILL');
    const kept = JSON.parse(readFileSync(state, 'utf8')) as { access: { expiresAt: number } };
    const until = kept.access.expiresAt;

    const second = launch(own);
    await says(second, '"msg":"ready"');
    // What it came with has ended, and it is there still.
    await says(second, 'access to the log is renewed');
    await expect.poll(() => Date.now(), { timeout: 2 * ACCESS_MS, interval: 500 }).toBeGreaterThan(until);
    await says(second, 'connected to NATS again');

    const stranger = launch({ BENCHBUS_ENROLMENT_CODE_FILE: copy, BENCHBUS_ENROLMENT_STATE: `${state}.other` });
    await says(stranger, 'ENROLMENT_CODE_USED');
    expect(await stranger.exited).toEqual({ code: 2, signal: null });

    await append<'RunCancelling'>({ name: 'RunCancelling', subject: subjects.run(runId), data: { reason: 'test' } });
    expect(await second.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await names()).toEqual(['EdgeRunnerReady', 'EdgeRunnerReady', 'EdgeRunnerStopped']);
    const said = runners.flatMap(({ lines }) => lines).join('\n');
    const secrets = ['hunter2', decodeEnrolmentCode(code).key.seed, engine.token];
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(said).not.toContain('Permissions Violation');
  });

  it('says what is missing when it has neither code nor state', async () => {
    const runner = launch({ BENCHBUS_ENROLMENT_STATE: join(folder, 'none/enrolment.json') });
    await says(runner, 'ENROLMENT_CODE_MISSING');
    expect(await runner.exited).toEqual({ code: 2, signal: null });
  });
});
