import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBus } from '../bus/event-bus.ts';
import { connectBus } from '../jetstream/connect-bus.ts';
import { openConnection } from '../jetstream/connection.ts';
import { inspectServer } from '../jetstream/inspect-server.ts';
import { makeStreams } from '../jetstream/make-streams.ts';
import { allMayCreds } from '../testing/all-may-creds.ts';
import { startNatsServer, type TestNatsServer } from '../testing/nats-server.ts';
import { followerOf } from '../questions/follow.ts';
import { makeCreds } from './creds.ts';
import { makeAccounts, type Accounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';

const SUBJECT = 'evt.edge.r1.pg';
const RUNNER = edgeRunner('r1', 'pg');

describe('following from outside the services’ account', { timeout: 60_000 }, () => {
  let nats: TestNatsServer;
  let accounts: Accounts;
  let runner: EventBus;
  let client: EventBus;
  const open: EventBus[] = [];
  const warnings: string[] = [];
  const connect = async (name: string, creds: string, mostFollowers = 1_000): Promise<EventBus> => {
    const warn = (_: object, text: string) => void warnings.push(text);
    const logger = { debug: () => undefined, info: () => undefined, error: () => undefined, warn };
    const common = { servers: nats.url, name, source: `/${name}`, logger };
    const bus = await connectBus({ ...common, access: { creds }, mostFollowers });
    open.push(bus);
    return bus;
  };
  const service = async (mostFollowers?: number): Promise<EventBus> => {
    const bus = await connect('artifact-store', accounts.creds.get('artifact-store') ?? '', mostFollowers);
    await bus.serveFollowers();
    return bus;
  };

  beforeAll(async () => {
    accounts = await makeAccounts('test');
    nats = await startNatsServer({ accounts: accounts.serverConfig });
    const access = { creds: accounts.creds.get('operator') ?? '' };
    await makeStreams({ servers: nats.url, connectTimeoutMs: 5_000, replicas: 1, livenessTtlMs: 15_000, access });
    const permissions = (key: string) => permissionsOf(RUNNER, key);
    runner = await connect('runner', await makeCreds(accounts.authorities.runners, { name: 'r', permissions }));
    client = await connect('client', accounts.creds.get('client') ?? '');
  });
  afterAll(async () => {
    await Promise.all(open.map((bus) => bus.close()));
    await nats.stop();
  });

  let version = 0;
  const append = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) {
      const data = { runId: 'r1', node: 'pg', instance: `${version}`, version: '1' };
      const draft = {
        name: 'EdgeRunnerReady',
        subject: SUBJECT,
        cause: `c${version}`,
        correlation: 's',
        data,
      } as const;
      version = (await runner.log.append(draft, version)).event.sequence;
    }
  };

  it('waits for a service, says so, and loses and repeats nothing: neither at the loss of a consumer nor of the server', async () => {
    await expect(client.liveness.holders('service.')).rejects.toMatchObject({ code: 'FOLLOW_UNSERVED' });
    const seen: number[] = [];
    const following = client.log.follow({
      from: 'start',
      subjects: [SUBJECT],
      onEvent: (e) => void seen.push(e.sequence),
    });
    await expect.poll(() => warnings).toEqual([expect.stringContaining('no service is there')]);
    await append(3);
    const serving = await service();
    await append(300);
    await expect.poll(() => seen.length).toBe(303);

    // Its consumer goes, as of who was away for longer than it lasts.
    const creds = await allMayCreds(accounts.authorities.services);
    const all = await openConnection({ servers: nats.url, name: 'all', connectTimeoutMs: 5_000, access: { creds } });
    const { consumers } = await jetstreamManager(all);
    for await (const { name } of consumers.list('EVENTS'))
      if (name.startsWith('follow-')) await consumers.delete('EVENTS', name);
    await all.close();
    await append(5);
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(308);

    const appending = append(200);
    await expect.poll(() => seen.length).toBeGreaterThan(320);
    await nats.restart();
    await appending;
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(508);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    // The server says of an import who asked; the log has no word of it.
    const [first] = await client.log.readStored(SUBJECT, 0, 1);
    expect(Object.keys(first?.headers ?? {}).filter((name) => name.includes('request-info'))).toEqual([]);
    await (await following).stop();
    await serving.close();
  });

  it('has so many followers of a stream, and refuses more', async () => {
    const serving = await service(3);
    const ask = () => client.questions.ask(followerOf('TELEMETRY'), { subjects: [], from: 1, headersOnly: false });
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => ask()));
    expect(answers.some(({ status }) => status === 'rejected')).toBe(true);
    await expect(ask()).rejects.toMatchObject({
      code: 'FOLLOW_REFUSED',
      message: expect.stringContaining('TELEMETRY has 3 consumers') as string,
    });
    await serving.close();
  });

  it('tells clients the progress of runners, and what the server has', async () => {
    const serving = await service();
    const told = Promise.withResolvers<string>();
    const progress = { runId: 'r1', node: 'pg', time: new Date(0).toISOString(), activity: 'measuring' };
    const watching = await client.telemetry.watchProgress('r1', ({ runId }) => told.resolve(runId));
    runner.telemetry.progress(progress);
    expect(await told.promise).toBe('r1');
    await watching.stop();
    const access = { creds: accounts.creds.get('client') ?? '' };
    const view = await inspectServer({ servers: nats.url, name: 'doctor', connectTimeoutMs: 5_000, access });
    expect(view.streams.map(({ name }) => name)).toContain('EVENTS');
    await serving.close();
  });
});
