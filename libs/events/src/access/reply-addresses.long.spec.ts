import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventBus } from '../bus/event-bus.ts';
import { connectBus } from '../jetstream/connect-bus.ts';
import { openConnection } from '../jetstream/connection.ts';
import { makeStreams } from '../jetstream/make-streams.ts';
import { allMayCreds } from '../testing/all-may-creds.ts';
import { startNatsServer, type TestNatsServer } from '../testing/nats-server.ts';
import { makeCreds } from './creds.ts';
import { makeAccounts, type Accounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';

const OWN = 'evt.edge.r1.pg';
const EVENTS = 100;
const SERVERS = [0, 1, 2];

async function freePorts(): Promise<number[]> {
  const open = SERVERS.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(open.map((server) => once(server, 'listening')));
  const ports = open.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(open.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Requests and replies travel between servers there: the border of an account is another piece of nats-server's code. */
describe('the accounts on a cluster of three', { timeout: 120_000 }, () => {
  let accounts: Accounts;
  let servers: TestNatsServer[];
  const open: { close(): Promise<void> }[] = [];
  const urlOf = (index: number) => servers[index]?.url ?? '';
  const anybody = async (account: 'services' | 'runners', index: number) => {
    const access = { creds: await allMayCreds(accounts.authorities[account]) };
    const nc = await openConnection({ servers: urlOf(index), name: account, connectTimeoutMs: 10_000, access });
    open.push(nc);
    return nc;
  };
  const connect = async (name: string, index: number, creds: string): Promise<EventBus> => {
    const bus = await connectBus({ servers: urlOf(index), name, source: `/${name}`, access: { creds } });
    open.push(bus);
    return bus;
  };

  beforeAll(async () => {
    accounts = await makeAccounts('test');
    const ports = await freePorts();
    const routes = JSON.stringify(ports.map((port) => `nats://127.0.0.1:${port}`));
    // Of two values that a configuration has for one name the later counts.
    const more = (index: number) =>
      `server_name: s${index}\ncluster { name: c, listen: "127.0.0.1:${ports[index]}", routes: ${routes} }\n`;
    servers = await Promise.all(
      SERVERS.map((index) => startNatsServer({ accounts: `${accounts.serverConfig}\n${more(index)}` })),
    );
    const access = { creds: accounts.creds.get('operator') ?? '' };
    const options = { replicas: 3, livenessTtlMs: 15_000, connectTimeoutMs: 10_000, access };
    // The servers have to choose a leader first.
    await vi.waitFor(() => makeStreams({ ...options, servers: urlOf(0) }), { timeout: 60_000, interval: 500 });
    const service = await connect('artifact-store', 1, accounts.creds.get('artifact-store') ?? '');
    await service.serveFollowers();
  }, 120_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('let runners at each server append, read and follow, and bring no reply across', async () => {
    const permissions = (key: string) => permissionsOf(edgeRunner('r1', 'pg'), key);
    const seen = SERVERS.map(() => [] as number[]);
    const runners = await Promise.all(
      SERVERS.map(async (index) =>
        connect('runner', index, await makeCreds(accounts.authorities.runners, { name: 'r', permissions })),
      ),
    );
    for (const [index, runner] of runners.entries())
      await runner.log.follow({ from: 'start', onEvent: ({ sequence }) => void seen[index]?.push(sequence) });
    let version = 0;
    for (let count = 0; count < EVENTS; count += 1) {
      const data = { runId: 'r1', node: 'pg', instance: `${count}`, version: '1' };
      const draft = { name: 'EdgeRunnerReady', subject: OWN, cause: `c${count}`, correlation: 's', data } as const;
      const appended = await runners[count % SERVERS.length]?.log.append(draft, version);
      version = appended?.event.sequence ?? 0;
    }
    await expect.poll(() => seen.map(({ length }) => length), { timeout: 20_000 }).toEqual(SERVERS.map(() => EVENTS));
    for (const runner of runners) expect(await runner.log.read(OWN)).toHaveLength(EVENTS);

    const services = await anybody('services', 2);
    services.subscribe('ask.artifact.upload', { callback: (_, msg) => void msg.respond('forged') });
    await services.flush();
    for (const index of SERVERS) {
      const outside = await anybody('runners', index);
      const heard: string[] = [];
      const forged = `evt.edge.r2.from-${index}`;
      const gone = '$JS.API.STREAM.DELETE.EVENTS';
      for (const subject of [forged, gone])
        outside.subscribe(subject, { callback: (_, msg) => void heard.push(msg.subject) });
      const question = await outside.request('ask.follow.EVENTS', '{"subjects":[],"from":1,"headersOnly":false}');
      const { name } = question.json<{ answer: { name: string } }>().answer;
      for (const [subject, body] of [
        [`js.DIRECT.GET.EVENTS.${OWN}`, ''],
        ['js.STREAM.INFO.EVENTS', ''],
        ['ask.artifact.upload', ''],
        [`js.CONSUMER.MSG.NEXT.EVENTS.${name}`, '{"batch":3,"expires":5000000000}'],
      ] as const)
        outside.publish(subject, body, { reply: forged });
      outside.publish('js.DIRECT.GET.EVENTS.evt.nobody', '', { reply: gone });
      // A message that was pulled keeps its own subject.
      await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(7);
    }
    await services.request('evt.marker.m');
    const answer = await services.request('$JS.API.STREAM.INFO.EVENTS', '{"subjects_filter":">"}');
    expect(answer.json<{ state: { subjects: object } }>().state.subjects).toEqual({ [OWN]: EVENTS, 'evt.marker.m': 1 });
  });
});
