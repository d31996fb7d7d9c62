import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { subjectMatches } from '../bus/subjects.ts';
import { outsideSubject } from './account.ts';
import { importsOf } from './imports.ts';
import { decodeEnrolmentCode, encodeEnrolmentCode, enrolmentKey, newCodeKey } from './enrolment-code.ts';
import { inboxPrefix } from './inbox.ts';
import { newUserKey } from './key-pair.ts';
import { AGGREGATES, WRITERS } from '../schemas/define-event.ts';
import { permissionsPage } from './documentation/permissions-page.ts';
import { enrolPermissions, permissionsOf, runnerPermissions } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';
import { USERS } from './users/table.ts';

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
  for (const subject of ['evt.edge.r1.pg', 'log.r1.pg.postgres', 'js.$KV.liveness.edge.r1.pg', 'enrol.renew.r1.pg'])
    expect(may(allow, subject)).toBe(true);
  for (const subject of [
    ...['evt.edge.r1.load', 'evt.edge.r2.pg', 'evt.run.r1', 'request.suite.s', 'log.r1.load.x', 'enrol.renew.r1.load'],
    ...[
      '$KV.liveness.edge.r1.pg',
      'js.$KV.liveness.edge.r1.load',
      'js.CONSUMER.CREATE.EVENTS.x',
      '$KV.enrolment.x',
      '$JS.API.STREAM.DELETE.EVENTS',
      '$JS.API.STREAM.CREATE.X',
    ],
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

describe.each(USERS.map((user) => [user.name, user] as const))('%s', (name, user) => {
  const { pub, sub } = permissionsOf(user, own);
  /** By whatever name its account has for it. */
  const mayPublish = (subject: string) =>
    [subject, outsideSubject(subject)].some((name) => may(pub.allow, name) && !may(pub.deny ?? [], name));

  it('appends to the aggregates whose only writer it is', () => {
    for (const aggregate of AGGREGATES)
      expect(mayPublish(`evt.${aggregate}.x`), aggregate).toBe(WRITERS[aggregate] === name);
  });

  it('cannot take the log away, or change it', () => {
    for (const call of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.UPDATE', 'STREAM.MSG.DELETE', 'CONSUMER.DELETE'])
      for (const what of ['EVENTS', 'EVENTS.x'])
        expect(mayPublish(`$JS.API.${call}.${what}`), `${call}.${what}`).toBe(false);
    expect(mayPublish('$JS.API.STREAM.CREATE.EVENTS')).toBe(name === 'operator');
  });

  it('pulls from the shared durables that are its own', () => {
    for (const [stream, durable] of [
      ['EVENTS', 'suite-dispatcher-reactor'],
      ['REQUESTS', 'suite-dispatcher-requests'],
    ] as const)
      for (const subject of [
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.1.2.3.4.5`,
      ])
        expect(mayPublish(subject), subject).toBe(name === 'suite-dispatcher');
  });

  it('hears neither requests, nor facts, nor what others are answered', () => {
    for (const subject of [
      'request.suite.s',
      'evt.run.r',
      '_INBOX.x',
      `${inboxPrefix(other)}.x`,
      'dead.x.y.z',
      '$JS.x',
    ])
      expect(may(sub.allow, subject), subject).toBe(false);
  });

  it('acts by requests if it is a person, and by no others', () => {
    const isPerson = name === 'client' || name === 'operator';
    expect(mayPublish('request.suite.s')).toBe(isPerson);
    expect(mayPublish('dead.provisioner.x.events.1')).toBe(name === 'operator' || name === 'provisioner');
    expect(mayPublish('ask.janitor.h')).toBe(name === 'operator');
  });
});

it.each(['clients', 'auditors', 'runners'] as const)(
  'gives the account of the %s what its users may, and no more',
  (account) => {
    const imports = importsOf(account);
    const users = [...USERS, edgeRunner('r1', 'pg')].filter((user) => user.account === account);
    expect(users).toHaveLength(1);
    for (const { grants, ...user } of users) {
      const across = grants.filter(({ within }) => within !== true);
      const { pub } = permissionsOf({ ...user, grants: across }, own);
      for (const subject of pub.allow.map((filter) => filter.replaceAll('*', 'x').replace('>', 'x.y')))
        expect(
          imports.filter(({ local }) => subjectMatches(local, subject)),
          subject,
        ).toHaveLength(1);
    }
    const reach = imports.map(({ subject }) => subject);
    for (const call of ['DELETE', 'PURGE', 'UPDATE', 'CREATE', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE'])
      expect(may(reach, `$JS.API.STREAM.${call}.EVENTS`), call).toBe(false);
    for (const subject of [
      ...['CREATE.EVENTS.x', 'CREATE.EVENTS', 'DURABLE.CREATE.EVENTS.x', 'DELETE.EVENTS.x'].map(
        (call) => `$JS.API.CONSUMER.${call}`,
      ),
      ...['$JS.API.INFO', '$JS.ACK.EVENTS.x.1.1.1.1.1', 'evt.run.r1', 'dead.x.y.z', 'ask.janitor.h', '$KV.enrolled.x'],
    ])
      expect(may(reach, subject), subject).toBe(false);
    expect(may(reach, 'request.suite.s')).toBe(account === 'clients');
    expect(may(reach, 'evt.edge.r1.pg')).toBe(account === 'runners');
    for (const subject of ['ask.fault.r1.pg', 'ask.keep.r1.pg']) expect(may(reach, subject)).toBe(false);
  },
);

it('docs/reference/nats-permissions.md is what the table says (else: npm run generate:permissions)', () => {
  const contentOf = (text: string) => text.replace(/[\s\\]+/g, '').replace(/-{2,}/g, '--');
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/nats-permissions.md'), 'utf8');
  expect(contentOf(page)).toBe(contentOf(permissionsPage()));
});
