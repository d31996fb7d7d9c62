import { decodeEnrolmentCode, enrolRedeem, enrolRenew, newUserKey, subjects, type Recorded } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import pino from 'pino';
import { expect, it } from 'vitest';
import { planned } from '../testing/history.ts';
import { startEnrolment } from './enrolment.ts';

it('enrols on a server without accounts, too: with the environment alone', async () => {
  const bus = createMemoryBus();
  const { name, data } = planned(1, 1) as Recorded<'PlacementPlanned'>;
  await bus.log.append({ name, data, subject: subjects.deployment('r1'), cause: 'c', correlation: 's' }, 0);
  const { fence } = data;
  const node = 'pg';
  const enrolment = await startEnrolment({
    ...{ bus, logger: pino({ level: 'silent' }), authority: undefined, codeTtlMs: 1_000, accessTtlMs: 1_000 },
    environmentOf: (of) => Promise.resolve({ BENCHBUS_SUITE: of.node }),
  });
  const code = await enrolment.issue({ runId: 'r1', node, fence });
  const { key, jwt } = decodeEnrolmentCode(code);
  expect(jwt).toBeUndefined();
  const { publicKey } = newUserKey();
  const asked = { secret: key.seed, runId: 'r1', node, fence, publicKey, version: '1', hostname: 'vm' };
  expect(await bus.questions.ask(enrolRedeem, { ...asked, protocol: EDGE_PROTOCOL })).toEqual({
    version: expect.any(String) as string,
    protocol: EDGE_PROTOCOL,
    environment: { BENCHBUS_SUITE: node },
  });
  await expect(bus.questions.ask(enrolRenew('r1', node), { publicKey })).rejects.toMatchObject({
    code: 'ENROLMENT_NO_ACCOUNTS',
  });
  await enrolment.stop();
});
