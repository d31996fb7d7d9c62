import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../jetstream/connection.ts';
import { makeStreams } from '../jetstream/make-streams.ts';
import { startNatsServer, type TestNatsServer } from '../testing/nats-server.ts';
import { makeCreds } from './creds.ts';
import { makeAccounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';

/**
 * What docs/operations/nats-security.md warns of, on a real server. Where one of these fails, nats-server has learned to check what a
 * user names as the address of a reply: then the warning there, in operator.ts and in permissions-page.ts is to go.
 */
describe('a limitation of nats-server: replies are published with its own rights, not those of who asked', () => {
  let nats: TestNatsServer;
  let runner: NatsConnection;
  let operator: NatsConnection;
  const OWN = 'evt.edge.r1.pg';

  beforeAll(async () => {
    const { creds, serverConfig, authority } = await makeAccounts('test');
    nats = await startNatsServer({ accounts: serverConfig });
    const options = { servers: nats.url, connectTimeoutMs: 5_000 };
    const access = { creds: creds.get('operator') ?? '' };
    await makeStreams({ ...options, replicas: 1, livenessTtlMs: 15_000, access });
    const user = edgeRunner('r1', 'pg');
    const permissions = (key: string) => permissionsOf(user, key);
    const own = { creds: await makeCreds(authority, { name: user.name, permissions }) };
    operator = await openConnection({ ...options, name: 'operator', access });
    runner = await openConnection({ ...options, name: user.name, access: own });
  }, 60_000);
  afterAll(async () => {
    await Promise.all([runner.close(), operator.close()]);
    await nats.stop();
  });

  const infoOf = async (stream: string, body = '') =>
    (await operator.request(`$JS.API.STREAM.INFO.${stream}`, body)).json<{
      error?: { code: number };
      state?: { subjects?: Record<string, number> };
    }>();
  const stored = async (stream: string, subject: string) =>
    (await infoOf(stream, JSON.stringify({ subjects_filter: subject }))).state?.subjects?.[subject];
  const makeFollower = async (name: string, more = {}) => {
    const config = { name, ack_policy: 'none', deliver_policy: 'last', inactive_threshold: 30e9, ...more };
    const body = JSON.stringify({ stream_name: 'EVENTS', config: { ...config, filter_subject: OWN } });
    const answer = await runner.request(`$JS.API.CONSUMER.CREATE.EVENTS.${name}`, body);
    return answer.json<{ error?: { description: string } }>();
  };

  it('so an edge runner, whom the table gives its own node’s facts alone, has others’ written, and the log deleted', async () => {
    runner.publish(OWN, '{"forged":true}');
    const read = `$JS.API.DIRECT.GET.EVENTS.${OWN}`;
    for (const reply of ['evt.run.forged', 'request.suite.forged']) runner.publish(read, '', { reply });
    await expect.poll(() => stored('EVENTS', 'evt.run.forged')).toBe(1);
    await expect.poll(() => stored('REQUESTS', 'request.suite.forged')).toBe(1);
    // Pulling from a follower does the same, and the stream has a message whose subject is none of its own.
    expect(await makeFollower('pulls')).not.toHaveProperty('error');
    runner.publish('$JS.API.CONSUMER.MSG.NEXT.EVENTS.pulls', '{"batch":1,"expires":5000000000}', {
      reply: 'request.suite.pulled',
    });
    await expect.poll(() => stored('REQUESTS', OWN)).toBe(1);
    // A follower that pushes into the log itself is refused, though.
    const { error } = await makeFollower('pushes', { deliver_subject: 'evt.run.pushed' });
    expect(error?.description).toContain('cycle');

    // That nothing is found is an empty reply, which is all that deleting a stream takes.
    runner.publish('$JS.API.DIRECT.GET.EVENTS.evt.nobody', '', { reply: '$JS.API.STREAM.DELETE.EVENTS' });
    await expect.poll(async () => (await infoOf('EVENTS')).error?.code).toBe(404);
  });
});
