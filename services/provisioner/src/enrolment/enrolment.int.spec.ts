import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  askOnce,
  connectBus,
  createAuthority,
  decodeEnrolmentCode,
  enrolRedeem,
  enrolRenew,
  makeAccounts,
  newUserKey,
  subjects,
  type AnyDraft,
  type Draft,
  type EventBus,
  type EventName,
  type KeyPair,
} from '@benchbus/events';
import { Authority as Certificates } from '@benchbus/tasks/testing';
import { allMayCreds, startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { planDeployment } from '@benchbus/suites';
import { exampleTest } from '@benchbus/suites/testing';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEnrolment, type Enrolment } from './enrolment.ts';

const planned = planDeployment({
  test: exampleTest({}),
  settings: { hardwarePolicy: 'clamp', target: 'local' },
  cidr: '127.99.0.0/24',
  host: { cores: 64, memoryBytes: 2 ** 40 },
});
if (!planned.ok) throw new Error('no plan');
const { plan } = planned;
const [first = '', second = ''] = plan.nodes.map(({ name }) => name);

describe('enrolment on a server with TLS and accounts', () => {
  let folder: string;
  let nats: TestNatsServer;
  let server: { servers: string; caFile: string };
  let services: EventBus;
  let enrolment: Enrolment;
  let runId: string;
  let fence: { incarnation: string; sequence: number };
  /** Added to the provisioner's clock. */
  let later = 0;
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-enrol-'));
    const certificates = new Certificates(folder, 'nats');
    const tls = certificates.issue('server', 'IP:127.0.0.1');
    const accounts = await makeAccounts('test');
    nats = await startNatsServer({ tls, accounts: accounts.serverConfig });
    server = { servers: nats.url.replace('nats:', 'tls:'), caFile: certificates.ca.certFile };
    const access = { creds: await allMayCreds(accounts.authorities.services) };
    services = await connectBus({ ...server, access, name: 'services', source: '/test' });
    await services.serveFollowers();
    enrolment = await startEnrolment({
      bus: services,
      logger,
      hostId: 'host',
      authority: createAuthority(JSON.stringify(accounts.authorities.runners)),
      environmentOf: ({ node }) => Promise.resolve({ BENCHBUS_DB_PASSWORD: `hunter2-of-${node}` }),
      codeTtlMs: 60_000,
      accessTtlMs: 60_000,
      clock: () => Date.now() + later,
    });
  });
  afterAll(async () => {
    await (enrolment as Enrolment | undefined)?.stop();
    await (services as EventBus | undefined)?.close();
    await (nats as TestNatsServer | undefined)?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const append = async <N extends EventName>(draft: Omit<Draft<N>, 'cause' | 'correlation'>) => {
    const full = { cause: randomUUID(), correlation: 'suite', ...draft } as AnyDraft;
    const history = await services.log.read(draft.subject);
    return (await services.log.append(full as Draft, history.at(-1)?.sequence ?? 0)).event;
  };
  beforeEach(async () => {
    later = 0;
    lines.length = 0;
    runId = `r-${randomUUID().slice(0, 8)}`;
    fence = { incarnation: services.log.incarnation, sequence: 7 };
    await plannedAs({ attempt: 1, fence });
  });
  const plannedAs = (of: { attempt: number; fence: typeof fence }) =>
    append<'PlacementPlanned'>({
      name: 'PlacementPlanned',
      subject: subjects.deployment(runId),
      data: { ...of, hostId: 'host', cidr: '127.99.0.0/24', plan, leaseExpiresAt: '2099-01-01T00:00:00Z' },
    });

  const codeFor = (node: string) => enrolment.issue({ runId, node, fence });
  /** As the edge runner does it, with a key of its own. */
  const redeem = (code: string, node: string, more: object = {}, own: KeyPair = newUserKey()) => {
    const { key, jwt = '' } = decodeEnrolmentCode(code);
    const access = { publicKey: key.publicKey, seed: key.seed, jwt: () => jwt };
    const claim = { runId, node, fence, publicKey: own.publicKey, version: '9.9.9', protocol: EDGE_PROTOCOL };
    const data = { ...claim, secret: key.seed, hostname: 'a-vm', ...more };
    return askOnce({ ...server, name: 'x', connectTimeoutMs: 10_000, access }, enrolRedeem, data, {
      timeoutMs: 10_000,
    });
  };
  const enrolled = async (node: string, own = newUserKey()) => {
    const { access } = await redeem(await codeFor(node), node, {}, own);
    if (access === undefined) throw new Error('no access');
    return { publicKey: own.publicKey, seed: own.seed, jwt: () => access.jwt, expiresAt: access.expiresAt };
  };
  const connectAs = (access: { publicKey: string; seed: string; jwt: () => string }) =>
    connectBus({ ...server, access, name: 'edge', source: '/edge', ensureStreams: false, patienceMs: 10_000 });
  const ready = (node: string): Draft<'EdgeRunnerReady'> => ({
    name: 'EdgeRunnerReady',
    subject: subjects.edge(runId, node),
    cause: randomUUID(),
    correlation: 'suite',
    data: { runId, node, instance: '1', version: '1' },
  });

  it('gives a node what it needs, once: of many at once one wins, and each refusal is in the log', async () => {
    const code = await codeFor(first);
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => redeem(code, first)));
    const won = all.filter((one) => one.status === 'fulfilled');
    expect(won.map(({ value }) => value.environment)).toEqual([{ BENCHBUS_DB_PASSWORD: `hunter2-of-${first}` }]);
    const codes = all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
    expect(new Set(codes)).toEqual(new Set(['ENROLMENT_CODE_USED']));
    const refused = lines.filter((line) => line['code'] === 'ENROLMENT_CODE_USED');
    expect(refused).toHaveLength(7);
    expect(refused[0]).toMatchObject({
      level: 40,
      where: `${runId}/${first}`,
      codeHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      asked: { runId, node: first, hostname: 'a-vm', publicKey: expect.any(String) as string },
      record: { runId, node: first, used: { hostname: 'a-vm' } },
    });
    const shown = JSON.stringify(lines);
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain(decodeEnrolmentCode(code).key.seed);
  });

  it('answers the same key again, so that a lost answer loses no node', async () => {
    const [code, own] = [await codeFor(first), newUserKey()];
    await redeem(code, first, {}, own);
    expect(await redeem(code, first, {}, own)).toMatchObject({ access: { jwt: expect.any(String) as string } });
  });

  it.each([
    ['for another node', () => ({ node: second }), 'ENROLMENT_WRONG_NODE'],
    ['for another attempt', () => ({ fence: { ...fence, sequence: 8 } }), 'ENROLMENT_WRONG_FENCE'],
    ['that nobody made', () => ({ secret: newUserKey().seed }), 'ENROLMENT_CODE_UNKNOWN'],
    ['of a runner that does not fit', () => ({ protocol: '99.0' }), 'EDGE_PROTOCOL_MISFIT'],
  ])('refuses a code %s, and keeps it good for its node', async (_what, more, refusal) => {
    const code = await codeFor(first);
    await expect(redeem(code, first, more())).rejects.toMatchObject({ code: refusal });
    if (refusal.startsWith('ENROLMENT')) expect(lines).toContainEqual(expect.objectContaining({ code: refusal }));
    await expect(redeem(code, first)).resolves.toMatchObject({ protocol: EDGE_PROTOCOL });
  });

  it('refuses a code that came too late, or whose run is over', async () => {
    const code = await codeFor(first);
    later = 60_000;
    await expect(redeem(code, first)).rejects.toMatchObject({ code: 'ENROLMENT_CODE_EXPIRED' });
    expect(lines).toContainEqual(expect.objectContaining({ code: 'ENROLMENT_CODE_EXPIRED' }));
    later = 0;
    await append<'RunCancelling'>({ name: 'RunCancelling', subject: subjects.run(runId), data: { reason: 'test' } });
    await expect(redeem(code, first)).rejects.toMatchObject({ code: 'ENROLMENT_OVER' });
  });

  it('lets who has a code do nothing but ask', async () => {
    const { key, jwt = '' } = decodeEnrolmentCode(await codeFor(first));
    const access = { publicKey: key.publicKey, seed: key.seed, jwt: () => jwt };
    await expect(connectAs(access)).rejects.toMatchObject({ code: 'NATS_NOT_PERMITTED' });
    const settings = { ...server, name: 'x', connectTimeoutMs: 5_000, access };
    const ask = (question: { name: string; subject: string }) =>
      askOnce(settings, { ...enrolRedeem, ...question }, {} as never, { timeoutMs: 2_000 });
    for (const subject of [`evt.edge.${runId}.${first}`, `enrol.renew.${runId}.${first}`, '$JS.API.INFO', 'ask.x'])
      await expect(ask({ name: 'x', subject })).rejects.toMatchObject({
        code: 'NATS_NOT_PERMITTED',
        message: expect.stringMatching(/permissions violation/i) as string,
      });
  });

  it('lets a node’s runner write its own events alone, and read the log', async () => {
    const bus = await connectAs(await enrolled(first));
    try {
      const hold = await bus.liveness.hold(`edge.${runId}.${first}`, { instance: '1' });
      expect(await services.liveness.holder(`edge.${runId}.${first}`)).toEqual({ instance: '1' });
      const seen = Promise.withResolvers<string>();
      const following = await bus.log.follow({
        subjects: [subjects.edge(runId, first)],
        from: 'start',
        onEvent: ({ name }) => seen.resolve(name),
      });
      await bus.log.append(ready(first), 0);
      expect(await seen.promise).toBe('EdgeRunnerReady');
      expect((await bus.log.read(subjects.deployment(runId))).map(({ name }) => name)).toEqual(['PlacementPlanned']);
      const forbidden = { code: 'NATS_NOT_PERMITTED' };
      await expect(bus.log.append(ready(second), 0)).rejects.toMatchObject(forbidden);
      await expect(bus.liveness.hold(`edge.${runId}.${second}`, { instance: '1' })).rejects.toMatchObject(forbidden);
      await expect(bus.request('SuiteCancelRequested', 'suite', { reason: 'x' })).rejects.toMatchObject(forbidden);
      await expect(bus.records('enrolment', 1_000).get('a')).rejects.toMatchObject(forbidden);
      const others = bus.questions.ask(enrolRenew(runId, second), { publicKey: newUserKey().publicKey });
      await expect(others).rejects.toThrow(/permissions violation/i);
      expect(await services.log.read(subjects.edge(runId, second))).toEqual([]);
      await following.stop();
      await hold.stop();
    } finally {
      await bus.close();
    }
  });

  it('renews access for as long as the run goes on', async () => {
    const own = newUserKey();
    const access = await enrolled(first, own);
    const bus = await connectAs(access);
    try {
      later = 30_000;
      const renewed = await bus.questions.ask(enrolRenew(runId, first), own);
      expect(renewed.access.expiresAt).toBeGreaterThan(access.expiresAt + 20_000);
      const next = await connectAs({ ...own, jwt: () => renewed.access.jwt });
      await next.close();
      const other = bus.questions.ask(enrolRenew(runId, first), { publicKey: newUserKey().publicKey });
      await expect(other).rejects.toMatchObject({ code: 'ENROLMENT_KEY_UNKNOWN' });
      const { incarnation } = fence;
      await plannedAs({ attempt: 2, fence: { incarnation, sequence: 8 } });
      const old = bus.questions.ask(enrolRenew(runId, first), own);
      await expect(old).rejects.toMatchObject({ code: 'ENROLMENT_WRONG_FENCE' });
      await append<'RunCancelling'>({ name: 'RunCancelling', subject: subjects.run(runId), data: { reason: 'test' } });
      await expect(bus.questions.ask(enrolRenew(runId, first), own)).rejects.toMatchObject({ code: 'ENROLMENT_OVER' });
    } finally {
      await bus.close();
    }
  });
});
