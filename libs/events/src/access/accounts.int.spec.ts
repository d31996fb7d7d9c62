import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { PermissionViolationError } from '@nats-io/nats-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBus } from '../bus/event-bus.ts';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { subjectMatches } from '../bus/subjects.ts';
import { backupLog } from '../jetstream/backup/backup-log.ts';
import { restoreLog } from '../jetstream/backup/restore-log.ts';
import { connectBus } from '../jetstream/connect-bus.ts';
import { inboxPrefixOf, openConnection, type Access } from '../jetstream/connection.ts';
import { makeStreams } from '../jetstream/make-streams.ts';
import { allMayCreds } from '../testing/all-may-creds.ts';
import { startNatsServer, type TestNatsServer } from '../testing/nats-server.ts';
import { hostLeft } from '../testing/samples.ts';
import { outsideSubject } from './account.ts';
import { makeCreds } from './creds.ts';
import { CLIENT_REQUESTS, REACTOR } from './durables.ts';
import { serveFollowers, watchAlive } from './grants/grants.ts';
import { makeAccounts, type Accounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';
import { USERS } from './users/table.ts';
import type { AccessUser } from './users/user.ts';

const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
const RUNNER = edgeRunner('r1', 'pg');
/** With the runner of another run: what it may is forbidden to everybody else, too. */
const EVERYBODY: readonly AccessUser[] = [...USERS, RUNNER, edgeRunner('r2', 'pg')];
const concrete = (subject: string): string => subject.replaceAll('*', 'x').replace('>', 'x.y');
/** All that anybody may, and what nobody may. */
const SUBJECTS = [
  ...new Set([
    ...EVERYBODY.flatMap(({ grants }) => grants.flatMap(({ pub = [], sub = [] }) => [...pub, ...sub]))
      .flatMap((subject) => [subject, outsideSubject(subject)])
      .map(concrete),
    ...['DELETE', 'PURGE', 'UPDATE', 'MSG.DELETE'].map((call) => `$JS.API.STREAM.${call}.EVENTS`),
    ...['$JS.API.CONSUMER.DELETE.EVENTS.x', '$JS.API.STREAM.CREATE.X', '$JS.API.STREAM.NAMES', 'evt.x.y', 'x'],
    ...['js.STREAM.DELETE.EVENTS', 'js.CONSUMER.CREATE.EVENTS.x', 'js.CONSUMER.DURABLE.CREATE.EVENTS.x', 'js.INFO'],
    ...['_INBOX.x', '_INBOX_U.x', '$SYS.REQ.SERVER.PING', 'request', 'log.r1.load.x', 'evt.edge.r1.load'],
  ]),
];

describe('a server with the accounts of the table', { timeout: 60_000 }, () => {
  let folder: string;
  let accounts: Accounts;
  let incarnation: string;
  let nats: TestNatsServer;
  /** Without streams: what is published here does nothing. */
  let bare: TestNatsServer;
  /** What a server's log says of refusals. */
  const refusals: string[] = [];
  const open: (EventBus | NatsConnection)[] = [];

  const credsOf = async (user: AccessUser): Promise<string> =>
    accounts.creds.get(user.name) ??
    makeCreds(accounts.authorities[user.account], { name: user.name, permissions: (key) => permissionsOf(user, key) });
  const userOf = (name: string): AccessUser => EVERYBODY.find((user) => user.name === name) ?? RUNNER;
  const accessOf = async (name: string): Promise<Access> => ({ creds: await credsOf(userOf(name)) });
  const connectAs = async (name: string, server = nats, fromArchive = false): Promise<EventBus> => {
    const access = await accessOf(name);
    const options = { servers: server.url, name, source: `/${name}`, access, patienceMs: 5_000 };
    const bus = await connectBus({ ...options, fromArchive });
    open.push(bus);
    if (SERVICES.includes(name)) await bus.serveFollowers();
    return bus;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-accounts-'));
    accounts = await makeAccounts('test');
    const onLine = (line: string) => void (/violation/i.test(line) && refusals.push(line));
    [nats, bare] = (await Promise.all(
      [1, 2].map(() => startNatsServer({ accounts: accounts.serverConfig, onLine })),
    )) as [TestNatsServer, TestNatsServer];
    const options = { servers: nats.url, replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000 };
    const made = { ...options, archive: { replicas: 1, tags: [] }, access: await accessOf('operator') };
    incarnation = await makeStreams(made);
    // Again is nothing.
    expect(await makeStreams(made)).toBe(incarnation);
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await Promise.all([nats.stop(), bare.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('has streams when the operator made them, and not before', async () => {
    await expect(connectAs('suite-dispatcher', bare)).rejects.toMatchObject({ code: 'STREAMS_MISSING' });
    expect((await connectAs('suite-dispatcher')).log.incarnation).toBe(incarnation);
  });

  it.each(EVERYBODY.map((user) => [user.name, user] as const))(
    'lets %s publish and hear what the table says, and refuses all else',
    async (name, user) => {
      const access = { creds: await credsOf(user) };
      const nc = await openConnection({ servers: bare.url, name, connectTimeoutMs: 5_000, access });
      open.push(nc);
      const refused = { publish: new Set<string>(), subscription: new Set<string>() };
      void (async () => {
        for await (const status of nc.status())
          if (status.type === 'error' && status.error instanceof PermissionViolationError)
            refused[status.error.operation].add(status.error.subject);
      })();
      for (const subject of SUBJECTS) {
        nc.subscribe(subject, { callback: () => undefined });
        nc.publish(subject);
      }
      // The server's refusals come before its answer to this, and are read a moment later.
      await nc.flush();
      const { pub, sub } = permissionsOf(user, inboxPrefixOf(access)?.replace('_INBOX_', '') ?? '');
      const matches = (filters: readonly string[], subject: string) =>
        filters.some((filter) => subjectMatches(filter, subject));
      const mayPublish = (subject: string) => matches(pub.allow, subject) && !matches(pub.deny ?? [], subject);
      const forbidden = {
        publish: SUBJECTS.filter((subject) => !mayPublish(subject)).sort(),
        subscription: SUBJECTS.filter((subject) => !matches(sub.allow, subject)).sort(),
      };
      const seen = () => ({ publish: [...refused.publish].sort(), subscription: [...refused.subscription].sort() });
      await expect.poll(seen).toEqual(forbidden);
      expect(refused.publish.size).toBeGreaterThan(20);
    },
  );

  it('takes a client’s request to the dispatcher, whose consumer the client cannot pull from', async () => {
    const [dispatcher, client] = [await connectAs('suite-dispatcher'), await connectAs('client')];
    const seen = Promise.withResolvers<string>();
    const { name } = CLIENT_REQUESTS;
    const consuming = await dispatcher.consumeRequests({
      name,
      subjects: ['request.suite.s-real'],
      handle: ({ suiteId }) => {
        seen.resolve(suiteId);
        return Promise.resolve(undefined);
      },
    });
    await client.request('SuiteCancelRequested', 's-real', { reason: 'test' });
    expect(await seen.promise).toBe('s-real');
    expect(await dispatcher.requestsOf('s-real')).toHaveLength(1);
    const forbidden = { code: 'NATS_NOT_PERMITTED' };
    await expect(client.requestsOf('s-real')).rejects.toMatchObject(forbidden);
    const take = (bus: EventBus) =>
      bus.consumeEvents({ ...REACTOR, subjects: ['evt.>'], handle: async () => undefined });
    await expect(take(client)).rejects.toMatchObject(forbidden);
    await expect(take(await connectAs('artifact-store'))).rejects.toMatchObject(forbidden);
    await consuming.stop();
  });

  it('leaves facts to their writers: no client, no other service, no runner of another run', async () => {
    const draft = {
      name: 'EdgeRunnerReady',
      subject: 'evt.edge.r1.pg',
      cause: 'c',
      correlation: 's',
      data: { runId: 'r1', node: 'pg', instance: '1', version: '1' },
    } as const;
    for (const name of ['client', 'operator', 'suite-dispatcher', 'provisioner', 'edge r2/pg'])
      await expect((await connectAs(name)).log.append(draft, 0), name).rejects.toMatchObject({
        code: 'NATS_NOT_PERMITTED',
      });
    const runner = await connectAs(RUNNER.name);
    expect(await runner.log.append(draft, 0)).toMatchObject({ outcome: 'appended' });
    const hold = await runner.liveness.hold('edge.r1.pg', { instance: '1' });
    const [dispatcher, client] = [await connectAs('suite-dispatcher'), await connectAs('client')];
    expect(await dispatcher.liveness.holder('edge.r1.pg')).toEqual({ instance: '1' });
    const lost = dispatcher.liveness.lost('edge.r1.pg', 100, AbortSignal.timeout(20_000));
    await hold.stop();
    await lost;
    expect((await client.log.read('evt.edge.r1.pg')).map(({ name }) => name)).toEqual(['EdgeRunnerReady']);
    const line = { runId: 'r1', node: 'pg', container: 'postgres', time: new Date(0).toISOString(), line: 'hello' };
    const read = Promise.withResolvers<string>();
    const watching = await client.telemetry.watchLog(
      { runId: 'r1' },
      { onLine: ({ line: text }) => read.resolve(text) },
    );
    runner.telemetry.log(line);
    expect(await read.promise).toBe('hello');
    await watching.stop();
  });

  it('tells dispatcher, provisioners and clients who lives, without a refusal in its log', async () => {
    const alive = await (await connectAs('artifact-store')).liveness.hold('service.artifact-store.1', { version: '1' });
    const before = refusals.length;
    for (const name of ['suite-dispatcher', 'provisioner', 'client'])
      expect((await (await connectAs(name)).liveness.holders('service.')).has('service.artifact-store.1'), name).toBe(
        true,
      );
    expect(refusals.slice(before)).toEqual([]);
    await alive.stop();
  });

  it('says which right is missing where credentials are older than it: nobody waits for it for ever', async () => {
    const { grants, ...user } = userOf('network-allocator');
    const older = { ...user, grants: grants.filter((grant) => grant !== watchAlive && grant !== serveFollowers) };
    const permissions = (key: string) => permissionsOf(older, key);
    const creds = await makeCreds(accounts.authorities.services, { name: user.name, permissions });
    const warnings: string[] = [];
    const none = () => undefined;
    const warn = (told: object) => void ('code' in told && warnings.push(String(told.code)));
    const logger = { debug: none, info: none, error: none, warn };
    const options = { servers: nats.url, name: user.name, source: '/old', access: { creds }, logger };
    const bus = await connectBus(options);
    open.push(bus);
    const following = bus.liveness.follow('host.', none);
    await expect(following).rejects.toMatchObject({
      code: 'NATS_NOT_PERMITTED',
      where: expect.stringContaining('CONSUMER.CREATE.KV_liveness') as string,
    });
    expect(warnings).toEqual(['NATS_NOT_PERMITTED']);
    // It would go on being refused, in the log that others look at.
    await bus.close();
  });

  it('is another server’s log when accounts are made anew and its folder gets the name of the new one', async () => {
    const storeDir = join(folder, 'moved');
    const options = { replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000 };
    const seen: number[] = [];
    const incarnations: string[] = [];
    const visit = async (of: Accounts): Promise<void> => {
      const server = await startNatsServer({ accounts: of.serverConfig, storeDir });
      try {
        const access = { creds: of.creds.get('operator') ?? '' };
        incarnations.push(await makeStreams({ ...options, servers: server.url, access }));
        const creds = of.creds.get('suite-dispatcher') ?? '';
        const bus = await connectBus({ servers: server.url, name: 'd', source: '/d', access: { creds } });
        const all = { creds: await allMayCreds(of.authorities.services) };
        const writer = await connectBus({ servers: server.url, name: 'all', source: '/all', access: all });
        const last = (await writer.log.read('evt.edge.r1.pg')).at(-1)?.sequence ?? 0;
        const data = { runId: 'r1', node: 'pg', instance: `${last}`, version: '1' };
        const draft = { subject: 'evt.edge.r1.pg', cause: `c${last}`, correlation: 's', data } as const;
        await writer.log.append({ name: 'EdgeRunnerReady', ...draft }, last);
        const acknowledged = Promise.withResolvers<undefined>();
        const consuming = await bus.consumeEvents({
          ...REACTOR,
          subjects: ['evt.>'],
          handle: async ({ sequence }) => {
            seen.push(sequence);
            acknowledged.resolve(undefined);
            return undefined;
          },
        });
        await acknowledged.promise;
        await consuming.stop();
        await Promise.all([bus.close(), writer.close()]);
      } finally {
        await server.stop();
      }
    };
    const anew = await makeAccounts('test');
    await visit(accounts);
    renameSync(join(storeDir, 'jetstream', accounts.account), join(storeDir, 'jetstream', anew.account));
    await visit(anew);
    // The same log, and the consumer where it was.
    expect(new Set(incarnations).size).toBe(1);
    expect(seen).toEqual([1, 2]);
  });

  it('keeps the archive of the log for the auditor', async () => {
    const [operator, archive] = [await connectAs('operator'), await connectAs('auditor', nats, true)];
    await (await connectAs('provisioner')).log.append(hostLeft('archived', 'c'), 0);
    const facts = await operator.log.readStored('evt.>');
    const followed: number[] = [];
    const all = Promise.withResolvers<void>();
    const onEvent = ({ sequence }: AnyRecorded) => void (followed.push(sequence) === facts.length && all.resolve());
    const following = await archive.log.follow({ from: 'start', onEvent });
    await all.promise;
    await following.stop();
    expect(followed).toEqual(facts.map(({ sequence }) => sequence));
  });

  it('keeps dead letters, backups and projections for the operator', async () => {
    const [operator, client] = [await connectAs('operator'), await connectAs('client')];
    expect(await operator.deadLetters.list()).toEqual([]);
    await expect(client.deadLetters.list()).rejects.toMatchObject({ code: 'NATS_NOT_PERMITTED' });
    const snapshot = { sequence: 0, state: { a: 1 } };
    expect(await client.snapshots.save('board', 1, snapshot)).toBe(false);
    expect(await operator.snapshots.save('board', 1, snapshot)).toBe(true);
    expect(await client.snapshots.load('board', 1)).toEqual(snapshot);

    const settings = { servers: nats.url, dir: join(folder, 'backup'), access: await accessOf('operator') };
    await backupLog(settings);
    const other = await startNatsServer({ accounts: accounts.serverConfig });
    try {
      const restored = await restoreLog({ ...settings, servers: other.url });
      expect(restored.newIncarnation).not.toBe(restored.incarnation);
    } finally {
      await other.stop();
    }
    await expect(
      backupLog({ ...settings, dir: join(folder, 'other'), access: await accessOf('client') }),
    ).rejects.toThrow(/permission/i);
  });
});

it('a server without accounts takes who has credentials of any account, as everybody', async () => {
  const nats = await startNatsServer();
  const { authorities } = await makeAccounts('test');
  const creds = await makeCreds(authorities[RUNNER.account], {
    name: RUNNER.name,
    permissions: (key) => permissionsOf(RUNNER, key),
  });
  try {
    const bus = await connectBus({ servers: nats.url, name: 'runner', source: '/test', access: { creds } });
    const seen = Promise.withResolvers<AnyRecorded>();
    await bus.log.follow({ from: 'start', onEvent: seen.resolve });
    await bus.log.append(hostLeft('h', 'c'), 0);
    expect(await seen.promise).toMatchObject({ name: 'HostLeft', cause: 'c' });
    await bus.close();
  } finally {
    await nats.stop();
  }
});
