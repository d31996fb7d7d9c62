import { expect, it } from 'vitest';
import { subjectMatches } from '../bus/subjects.ts';
import { decodeEnrolmentCode, encodeEnrolmentCode, enrolmentKey, newCodeKey } from './enrolment-code.ts';
import { newUserKey } from './key-pair.ts';
import { enrolPermissions, inboxPrefix, runnerPermissions } from './permissions.ts';

const [own, other] = [newUserKey().publicKey, newUserKey().publicKey];
const may = (filters: readonly string[], subject: string) => filters.some((filter) => subjectMatches(filter, subject));

it('lets nobody hear what others are answered', () => {
  for (const { sub } of [enrolPermissions(own), runnerPermissions(own, 'r1', 'pg')]) {
    expect(may(sub.allow, `${inboxPrefix(own)}.x`)).toBe(true);
    for (const subject of [`${inboxPrefix(other)}.x`, '_INBOX.x', 'enrol.redeem', 'ask.fault.r1.load', 'evt.run.r1'])
      expect(may(sub.allow, subject)).toBe(false);
  }
});

it('lets a runner write of its own node alone', () => {
  const { allow } = runnerPermissions(own, 'r1', 'pg').pub;
  for (const subject of ['evt.edge.r1.pg', 'log.r1.pg.postgres', '$KV.liveness.edge.r1.pg', 'enrol.renew.r1.pg'])
    expect(may(allow, subject)).toBe(true);
  for (const subject of [
    ...['evt.edge.r1.load', 'evt.edge.r2.pg', 'evt.run.r1', 'request.suite.s', 'log.r1.load.x', 'enrol.renew.r1.load'],
    ...['$KV.liveness.edge.r1.load', '$KV.enrolment.x', '$JS.API.STREAM.DELETE.EVENTS', '$JS.API.STREAM.CREATE.X'],
    ...[
      '$JS.API.CONSUMER.DELETE.EVENTS.x',
      '$JS.API.DIRECT.GET.REQUESTS',
      '$JS.ACK.EVENTS.x.1.1.1.1.1',
      'enrol.redeem',
    ],
  ])
    expect(may(allow, subject), subject).toBe(false);
});

it('reads a code as it was written, and shows nothing of one that it cannot read', () => {
  const key = newCodeKey();
  for (const jwt of [undefined, 'a.b.c'])
    expect(decodeEnrolmentCode(encodeEnrolmentCode({ key, jwt }))).toEqual({ key, jwt });
  expect(enrolmentKey(key.seed)).toMatch(/^[0-9a-f]{64}$/);
  expect(() => decodeEnrolmentCode(`${key.seed.slice(0, 40)}.x`)).toThrow(/^the enrolment code is not readable$/);
});
