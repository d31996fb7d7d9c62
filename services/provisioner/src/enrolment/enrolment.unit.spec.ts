import { decodeEnrolmentCode, enrolRedeem, enrolRenew, newUserKey, subjects, type Recorded } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import pino from 'pino';
import { expect, it } from 'vitest';
import { HOST, planned } from '../testing/history.ts';
import { startEnrolment } from './enrolment.ts';

it('enrols on a server without accounts, too: with the environment alone', async () => {
  const bus = createMemoryBus();
  const { name, data } = planned(1, 1) as Recorded<'PlacementPlanned'>;
  await bus.log.append({ name, data, subject: subjects.deployment('r1'), cause: 'c', correlation: 's' }, 0);
  const { fence } = data;
  const node = 'pg';
  const enrolmentOf = (hostId: string) =>
    startEnrolment({
      ...{ bus, hostId, logger: pino({ level: 'silent' }), authority: undefined, codeTtlMs: 1_000, accessTtlMs: 1_000 },
      environmentOf: (of) => Promise.resolve({ BENCHBUS_SUITE: of.node }),
    });
  const another = await enrolmentOf('another-host');
  const code = await another.issue({ runId: 'r1', node, fence });
  const { key, jwt } = decodeEnrolmentCode(code);
  expect(jwt).toBeUndefined();
  const { publicKey } = newUserKey();
  const asked = { secret: key.seed, runId: 'r1', node, fence, publicKey, version: '1', hostname: 'vm' };
  const ask = (more = {}) => bus.questions.ask(enrolRedeem, { ...asked, protocol: EDGE_PROTOCOL, ...more });
  // It knows other secrets than the run's host, and the code stays good for that one.
  await expect(ask()).rejects.toMatchObject({ code: 'ENROLMENT_OTHER_HOST' });
  await another.stop();
  const enrolment = await enrolmentOf(HOST);
  const strangers = newUserKey().publicKey;
  const renew = (key: string) => bus.questions.ask(enrolRenew('r1', node), { publicKey: key });
  expect(await ask()).toEqual({
    version: expect.any(String) as string,
    protocol: EDGE_PROTOCOL,
    environment: { BENCHBUS_SUITE: node },
  });
  await expect(renew(publicKey)).rejects.toMatchObject({ code: 'ENROLMENT_NO_ACCOUNTS' });
  await expect(renew(strangers)).rejects.toMatchObject({ code: 'ENROLMENT_KEY_UNKNOWN' });
  // Nobody comes as a key that is another node's.
  const other = await enrolment.issue({ runId: 'r1', node: 'load', fence });
  const { seed: secret } = decodeEnrolmentCode(other).key;
  await expect(ask({ secret, node: 'load' })).rejects.toMatchObject({ code: 'ENROLMENT_KEY_TAKEN' });
  await expect(renew(publicKey)).rejects.toMatchObject({ code: 'ENROLMENT_NO_ACCOUNTS' });
  await enrolment.stop();
});
