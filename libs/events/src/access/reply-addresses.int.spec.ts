import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBus } from '../bus/event-bus.ts';
import { subjectMatches } from '../bus/subjects.ts';
import { connectBus } from '../jetstream/connect-bus.ts';
import { openConnection } from '../jetstream/connection.ts';
import { makeStreams } from '../jetstream/make-streams.ts';
import { nodeFault } from '../questions/node-fault.ts';
import { allMayCreds } from '../testing/all-may-creds.ts';
import { startNatsServer, type TestNatsServer } from '../testing/nats-server.ts';
import type { AccountName } from './account.ts';
import { makeCreds } from './creds.ts';
import { makeAccounts, type Accounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { auditor } from './users/auditor.ts';
import { client } from './users/client.ts';
import { edgeRunner } from './users/edge-runner.ts';

/**
 * nats-server looks at what a user publishes and hears, not at the address it names for the reply, and publishes replies with rights
 * of its own. So whoever may read could have what is read stored as a fact or request, and the log deleted by an empty reply. From an
 * account of its own, none of it arrives.
 */
describe('a reply to an address of somebody else', { timeout: 60_000 }, () => {
  let nats: TestNatsServer;
  let accounts: Accounts;
  let operator: NatsConnection;
  let service: EventBus;
  const open: { close(): Promise<void> }[] = [];
  const OWN = 'evt.edge.r1.pg';
  const OUTSIDE = [client, auditor, edgeRunner('r1', 'pg')];

  const connect = async (name: string, creds: string): Promise<NatsConnection> => {
    const nc = await openConnection({ servers: nats.url, name, connectTimeoutMs: 5_000, access: { creds } });
    open.push(nc);
    return nc;
  };
  const asUser = (user: typeof client) =>
    makeCreds(accounts.authorities[user.account], { name: user.name, permissions: (key) => permissionsOf(user, key) });
  /** Whom no rights bind: what it cannot do nobody can, however the table changes. */
  const asAnybodyOf = (account: AccountName) => allMayCreds(accounts.authorities[account]);

  beforeAll(async () => {
    accounts = await makeAccounts('test');
    nats = await startNatsServer({ accounts: accounts.serverConfig });
    const access = { creds: accounts.creds.get('operator') ?? '' };
    await makeStreams({ servers: nats.url, connectTimeoutMs: 5_000, replicas: 1, livenessTtlMs: 15_000, access });
    operator = await connect('operator', access.creds);
    const creds = accounts.creds.get('artifact-store') ?? '';
    service = await connectBus({ servers: nats.url, name: 'artifact-store', source: '/test', access: { creds } });
    open.push(service);
    await service.serveFollowers();
    const runner = await connect('runner', await asUser(edgeRunner('r1', 'pg')));
    await runner.request(OWN, '{"forged":true}');
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await nats.stop();
  });

  /** Messages of each stream by subject, with all that was on its way when it is called. */
  const stored = async () => {
    const all = await connect('all', await asAnybodyOf('services'));
    for (const marker of ['evt.marker.m', 'request.marker.m']) await all.request(marker);
    const of = async (stream: string) => {
      const answer = await operator.request(`$JS.API.STREAM.INFO.${stream}`, '{"subjects_filter":">"}');
      const { error, state } = answer.json<{ error?: object; state?: { subjects?: Record<string, number> } }>();
      const subjects = Object.entries(state?.subjects ?? {}).filter(([subject]) => !subject.includes('.marker.'));
      return error ?? Object.fromEntries(subjects);
    };
    return { events: await of('EVENTS'), requests: await of('REQUESTS') };
  };
  /** A consumer as services make them for clients and runners. */
  const follower = async (nc: NatsConnection): Promise<string> => {
    const answer = await nc.request('ask.follow.EVENTS', '{"subjects":[],"from":1,"headersOnly":false}');
    return answer.json<{ answer: { name: string } }>().answer.name;
  };
  const readsOf = async (nc: NatsConnection) =>
    [
      [`js.DIRECT.GET.EVENTS.${OWN}`, ''],
      ['js.DIRECT.GET.EVENTS.evt.nobody', ''],
      ['js.STREAM.INFO.EVENTS', ''],
      [`js.CONSUMER.MSG.NEXT.EVENTS.${await follower(nc)}`, '{"batch":1,"expires":5000000000}'],
      ['ask.follow.EVENTS', '{"subjects":[],"from":1,"headersOnly":false}'],
    ] as const;
  const ADDRESSES = [
    ...['evt.run.forged', 'evt.edge.r2.forged', 'request.suite.forged', 'dead.x.y.z', '$KV.liveness.edge.r2.pg'],
    ...['$JS.API.STREAM.DELETE.EVENTS', '$JS.API.STREAM.PURGE.REQUESTS', 'js.STREAM.DELETE.EVENTS'],
    ...['js.$KV.liveness.edge.r2.pg', 'enrol.renew.r2.pg', 'ask.artifact.upload', 'progress.r2'],
  ];
  /** Whether replies came is seen where they end: in the asker's own account. */
  async function attack(nc: NatsConnection, witness: NatsConnection): Promise<void> {
    const heard = new Set<string>();
    const listening = ADDRESSES.map((to) =>
      witness.subscribe(to, { callback: (_, { subject }) => void heard.add(subject) }),
    );
    await witness.flush();
    for (const reply of ADDRESSES)
      for (const [subject, body] of await readsOf(nc)) nc.publish(subject, body, { reply });
    await nc.flush();
    await expect.poll(() => ADDRESSES.filter((to) => !heard.has(to))).toEqual([]);
    for (const one of listening) one.unsubscribe();
  }

  it.each(OUTSIDE.map((user) => [user.name, user] as const))(
    'of %s stays in its own account: no fact is forged, no request made, nothing deleted',
    async (_, user) => {
      const before = await stored();
      expect(before.events).toHaveProperty([OWN], 1);
      const witness = await connect('witness', await asAnybodyOf(user.account));
      await attack(await connect(user.name, await asUser(user)), witness);
      await attack(witness, witness);
      expect(await stored()).toEqual(before);
    },
  );

  it.each(OUTSIDE.map((user) => [user.name, user] as const))(
    'of %s is no report of the server either',
    async (_, user) => {
      const before = await stored();
      const nc = await connect(user.name, await asUser(user));
      const refused: string[] = [];
      void (async () => {
        for await (const status of nc.status()) if (status.type === 'error') refused.push(status.error.message);
      })();
      const reports = ADDRESSES.filter(
        (to) => !permissionsOf(user, '').pub.allow.some((may) => subjectMatches(may, to)),
      );
      for (const to of reports) {
        const traced = headers();
        traced.set('Nats-Trace-Dest', to);
        nc.publish(`js.DIRECT.GET.EVENTS.${OWN}`, '', { headers: traced });
      }
      await nc.flush();
      await expect.poll(() => reports.filter((to) => !refused.some((text) => text.includes(to)))).toEqual([]);
      expect(await stored()).toEqual(before);
    },
  );

  it('is written to within the services’ account: whom it lets in has to be trusted', async () => {
    const store = await connect('artifact-store', accounts.creds.get('artifact-store') ?? '');
    store.publish(`$JS.API.DIRECT.GET.EVENTS.${OWN}`, '', { reply: 'evt.run.control' });
    await expect.poll(async () => (await stored()).events).toHaveProperty(['evt.run.control'], 1);
  });

  it.each(OUTSIDE.map((user) => [user.name, user] as const))(
    'of %s acknowledges nothing for a service, and no consumer of it delivers where it says',
    async (_, user) => {
      const all = await connect('all', await asAnybodyOf('services'));
      const { consumers } = await jetstreamManager(all);
      await consumers.add('EVENTS', { durable_name: 'reactor', ack_policy: AckPolicy.Explicit });
      const pulled = await (await jetstream(all).consumers.get('EVENTS', 'reactor')).next();
      const { deliverySequence, streamSequence } = pulled?.info ?? {};
      const nc = await connect(user.name, await asUser(user));
      const refused = Promise.withResolvers<string>();
      void (async () => {
        for await (const status of nc.status()) if (status.type === 'error') refused.resolve(status.error.message);
      })();
      nc.publish('js.DIRECT.GET.EVENTS.evt.nobody', '', {
        reply: `$JS.ACK.EVENTS.reactor.1.${streamSequence}.${deliverySequence}.1.0`,
      });
      expect(await refused.promise).toContain('$JS.ACK');
      expect((await consumers.info('EVENTS', 'reactor')).num_ack_pending).toBe(1);
      await consumers.delete('EVENTS', 'reactor');

      const anybody = await connect('anybody', await asAnybodyOf(user.account));
      const config = { name: 'pushes', ack_policy: 'none', deliver_subject: 'request.suite.pushed' };
      for (const [api, expected] of [
        ['$JS.API', 'JetStream not enabled'],
        ['js', 'no responders'],
      ] as const) {
        const make = { stream_name: 'EVENTS', config };
        const made = anybody.request(`${api}.CONSUMER.CREATE.EVENTS.pushes`, JSON.stringify(make));
        expect(await made.then((answer) => answer.string(), String)).toContain(expected);
      }
      const asked = { subjects: [], from: 1, headersOnly: false, deliver_subject: 'request.suite.pushed' };
      const { answer } = (await nc.request('ask.follow.EVENTS', JSON.stringify(asked))).json<{
        answer: { config: object };
      }>();
      expect(answer.config).toMatchObject({ ack_policy: 'none' });
      expect(answer.config).not.toHaveProperty('deliver_subject');
      for (const [stream, subjects] of [
        ['EVENTS', ['$JS.>']],
        ['EVENTS', ['>']],
        // The auditor's alone.
        ...(user === auditor ? [] : [['REQUESTS', []] as const]),
      ] as const) {
        const question = JSON.stringify({ ...asked, subjects });
        const reply = await anybody.request(`ask.follow.${stream}`, question).then((said) => said.string(), String);
        expect(reply).toMatch(/FOLLOW_REFUSED|QUESTION_INVALID|no responders/);
      }
    },
  );

  it('is no question: what a runner reads does not break another run’s node', async () => {
    const ask = { attempt: 1, index: 0, process: 'database', restartAfterMs: 1 };
    const attacker = await connect('attacker', await asUser(edgeRunner('r2', 'pg')));
    // Its own facts hold whatever it likes.
    await attacker.request('evt.edge.r2.pg', JSON.stringify(ask));
    const creds = await asUser(edgeRunner('r1', 'pg'));
    const victim = await connectBus({ servers: nats.url, name: 'r1', source: '/r1', access: { creds } });
    open.push(victim);
    const asked: string[] = [];
    const question = nodeFault('r1', 'pg');
    await victim.questions.answer(question, async (_, { subject }) => {
      asked.push(subject);
      return { at: new Date(0).toISOString(), killed: [] };
    });
    const fault = 'ask.fault.r1.pg';
    attacker.publish('js.DIRECT.GET.EVENTS.evt.edge.r2.pg', '', { reply: fault });
    const name = await follower(attacker);
    attacker.publish(`js.CONSUMER.MSG.NEXT.EVENTS.${name}`, '{"batch":9,"expires":5000000000}', { reply: fault });
    await attacker.flush();
    // A real one of its own run comes after them, and is the only one.
    const colleague = { creds: await asUser(edgeRunner('r1', 'load')) };
    const load = await connectBus({ servers: nats.url, name: 'load', source: '/load', access: colleague });
    open.push(load);
    await load.questions.ask(question, ask as never);
    expect(asked).toEqual([fault]);
  });
});
