import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLIENT_REQUESTS,
  connectBus,
  makeAccounts,
  makeStreams,
  REACTOR,
  subjects,
  type EventBus,
} from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { freePort } from '@benchbus/service/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPO } from '../testing/installation.ts';
import { jszUrl, kedaLag, type Jsz } from './keda-lag.ts';
import type { Spec } from './objects.ts';

const scaled = parse(readFileSync(join(REPO, 'k8s/components/keda/suite-dispatcher.yaml'), 'utf8')) as { spec: Spec };
const TRIGGERS = (scaled.spec.triggers ?? []).map(({ metadata: { stream = '', consumer = '' } }) => ({
  stream,
  consumer,
}));

/** Waits in each consumer, beside the one message that its handler has. */
const WAITING = 4;

/** Messages of both consumers, one of each in the hands of a dispatcher that does not end. */
async function makeLag(dispatcher: EventBus, client: EventBus): Promise<() => Promise<void>> {
  const release = Promise.withResolvers<undefined>();
  const held = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const handle = (which: number) => () => {
    held[which]?.resolve(undefined);
    return release.promise;
  };
  const consuming = [
    await dispatcher.consumeEvents({ ...REACTOR, subjects: ['evt.suite.>'], concurrency: 1, handle: handle(0) }),
    await dispatcher.consumeRequests({
      ...CLIENT_REQUESTS,
      subjects: ['request.suite.*'],
      concurrency: 1,
      handle: handle(1),
    }),
  ];
  for (let number = 0; number <= WAITING; number += 1) {
    const subject = subjects.suite(`s${number}`);
    const data = { requestId: 'r', problems: [{ code: 'SUITE_INVALID_VALUE', message: 'no' }] };
    await dispatcher.log.append({ name: 'SuiteRejected', subject, data, cause: 'r', correlation: `s${number}` }, 0);
    await client.request('SuiteCancelRequested', `s${number}`, { reason: 'test' });
  }
  await Promise.all(held.map(({ promise }) => promise));
  return async () => {
    release.resolve(undefined);
    for (const one of consuming) await one.stop();
  };
}

describe('the lag that KEDA reads of nats-server, by what the ScaledObject names', () => {
  it.each(['accounts', 'no accounts'])('is what waits and what is in hand, of a server with %s', async (kind) => {
    const accounts = kind === 'accounts' ? await makeAccounts('benchbus') : undefined;
    // What `npm run nats:accounts` prints, and the guide puts into the secret nats-account.
    const account = accounts?.account ?? '$G';
    const httpPort = await freePort();
    const nats: TestNatsServer = await startNatsServer({
      httpPort,
      ...(accounts && { accounts: accounts.serverConfig }),
    });
    const open: EventBus[] = [];
    const connect = async (user: 'suite-dispatcher' | 'client'): Promise<EventBus> => {
      const creds = accounts?.creds.get(user);
      const bus = await connectBus({
        servers: nats.url,
        name: user,
        source: user,
        ...(creds && { access: { creds } }),
      });
      open.push(bus);
      return bus;
    };
    let release = (): Promise<void> => Promise.resolve();
    try {
      const creds = accounts?.creds.get('operator');
      const made = { servers: nats.url, replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000 };
      await makeStreams({ ...made, ...(creds && { access: { creds } }) });
      release = await makeLag(await connect('suite-dispatcher'), await connect('client'));
      expect(TRIGGERS.length).toBe(2);
      for (const trigger of TRIGGERS.map((one) => ({ ...one, account }))) {
        const read = async () => (await (await fetch(jszUrl(`127.0.0.1:${httpPort}`, trigger))).json()) as Jsz;
        expect((await read()).account_details?.map(({ name }) => name)).toEqual([account]);
        await expect.poll(async () => kedaLag(await read(), trigger)).toBe(WAITING + 1);
      }
    } finally {
      await release();
      for (const bus of open) await bus.close();
      await nats.stop();
    }
  });
});
