import { connect, headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suiteEnd } from './testing/history.ts';
import { Installation } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

describe('any NATS client', () => {
  let installation: Installation;
  let nats: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    installation = await Installation.start();
    nats = await connect({ servers: installation.natsUrl });
  });
  afterAll(async () => {
    await nats.close();
    expect(await installation.stop()).toEqual([]);
  });

  const publish = async (subject: string, body: string | Uint8Array, attributes: Record<string, string>) => {
    const hdrs = headers();
    for (const [name, value] of Object.entries(attributes)) hdrs.set(name, value);
    await nats.request(subject, body, { headers: hdrs, timeout: 5000 });
  };
  const cloudEvent = (id: string, type: string, contentType: string) => ({
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': type,
    'ce-source': 'somebody',
    'content-type': contentType,
  });
  const REQUESTED = 'io.benchbus.suite.requested.v1';

  it('publishes SuiteRequested with a JSON body and gets a result', async () => {
    const body = JSON.stringify({ suite: tinySuite('plain-client') });
    await publish('request.suite.plain-client', body, cloudEvent('1', REQUESTED, 'application/json'));
    expect((await suiteEnd(installation.bus, 'plain-client')).name).toBe('SuiteCompleted');
  });

  it('publishes the suite file itself, as YAML', async () => {
    const yaml = JSON.stringify(tinySuite('yaml-client')); // JSON is YAML
    await publish('request.suite.yaml-client', yaml, cloudEvent('2', REQUESTED, 'application/yaml'));
    expect((await suiteEnd(installation.bus, 'yaml-client')).name).toBe('SuiteCompleted');
  });

  it('gets an invalid suite rejected with every field path', async () => {
    const suite = { ...tinySuite('bad'), target: 'moon', colour: 'red' };
    await publish('request.suite.bad', JSON.stringify({ suite }), cloudEvent('3', REQUESTED, 'application/json'));
    const end = await suiteEnd(installation.bus, 'bad');
    const where = end.name === 'SuiteRejected' ? end.data.problems.map((problem) => problem.where) : [];
    expect(where).toEqual(expect.arrayContaining(['target', 'colour']));
  });

  it('gets a file that is no YAML rejected with line and column, as the CLI does', async () => {
    await publish('request.suite.no-yaml', 'name: x\n  target: [', cloudEvent('9', REQUESTED, 'application/yaml'));
    const end = await suiteEnd(installation.bus, 'no-yaml');
    const problem = end.name === 'SuiteRejected' ? end.data.problems[0] : undefined;
    expect(problem?.code).toBe('SUITE_NOT_YAML');
    expect(problem?.message).toMatch(/suite:\d+:\d+: /);
  });

  it('has rubbish parked as dead letters, and every service goes on', async () => {
    const before = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'].map((name) =>
      installation.pid(name),
    );
    const rubbish: [string, string | Uint8Array, Record<string, string>][] = [
      ['request.suite.rubbish-1', new Uint8Array([0, 255, 1, 254]), {}],
      ['request.suite.rubbish-2', '{', cloudEvent('4', REQUESTED, 'application/json')],
      ['request.suite.rubbish-3', '{}', cloudEvent('5', 'io.benchbus.suite.imagined.v1', 'application/json')],
      ['request.suite.NOT A TOKEN'.replaceAll(' ', '_'), '{}', cloudEvent('6', REQUESTED, 'application/json')],
      ['evt.run.nobody', 'not an event', {}],
      ['evt.suite.forged', '{}', cloudEvent('7', 'io.benchbus.suite.accepted.v1', 'application/json')],
    ];
    const parked = new Map<string, string>();
    const all = Promise.withResolvers<void>();
    const watching = nats.subscribe('dead.>', {
      callback: (_error, message) => {
        parked.set(
          decodeURIComponent(message.headers?.get('dead-subject') ?? ''),
          message.headers?.get('dead-code') ?? '',
        );
        if (rubbish.every(([subject]) => parked.has(subject))) all.resolve();
      },
    });
    for (const [subject, body, attributes] of rubbish) await publish(subject, body, attributes);
    await all.promise;
    watching.unsubscribe();
    for (const code of parked.values()) expect(code).toMatch(/^[A-Z][A-Z_]+$/);

    await publish(
      'request.suite.after-rubbish',
      JSON.stringify({ suite: tinySuite('after-rubbish') }),
      cloudEvent('8', REQUESTED, 'application/json'),
    );
    expect((await suiteEnd(installation.bus, 'after-rubbish')).name).toBe('SuiteCompleted');
    expect(
      ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'].map((name) => installation.pid(name)),
    ).toEqual(before);
  });
});
