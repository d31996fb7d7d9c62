import { isOutside, outsideSubject } from './account.ts';
import { SHARED_DURABLES, withSideDoors } from './durables.ts';
import { ENROL_REDEEM } from './enrol-subjects.ts';
import { jsApi } from './grants/js-api.ts';
import { inboxOf } from './inbox.ts';
import { edgeRunner } from './users/edge-runner.ts';
import type { AccessUser } from './users/user.ts';

/** Subjects a NATS user may publish to and subscribe to. What is denied is denied whatever is allowed. */
export interface Permissions {
  readonly pub: { readonly allow: string[]; readonly deny?: string[] };
  readonly sub: { readonly allow: string[] };
  /** Replies to those who asked: how many, and how long after, in ns. */
  readonly resp?: { readonly max: number; readonly ttl: number };
}

const ANSWER_NS = 120_000_000_000;
const unique = (subjects: readonly string[]): string[] => [...new Set(subjects)];

/** Whether a subject matches both filters; `a` may have wildcards where `b` has none, and the other way round. */
function mayMeet(a: string, b: string): boolean {
  const [as, bs] = [a.split('.'), b.split('.')];
  for (let index = 0; ; index += 1) {
    const [x, y] = [as[index], bs[index]];
    if (x === '>' || y === '>') return x !== undefined && y !== undefined;
    if (x === undefined || y === undefined) return x === y;
    if (x !== y && x !== '*' && y !== '*') return false;
  }
}

/** Of a user of the table, as its account calls subjects: what its grants say, its own inbox, and nobody else's durables. */
export function permissionsOf({ account, grants, durables = [] }: AccessUser, publicKey: string): Permissions {
  const allow = unique(grants.flatMap(({ pub = [] }) => pub));
  const foreign = SHARED_DURABLES.filter((durable) => !durables.includes(durable));
  const meddling = foreign.flatMap(withSideDoors).flatMap(({ stream, name }) => jsApi.meddling(stream, name));
  // What nothing allows need not be denied: a connection's first line has to be short.
  const deny = meddling.filter((subject) => allow.some((filter) => mayMeet(filter, subject)));
  const called = isOutside(account) ? (subjects: string[]) => subjects.map(outsideSubject) : (all: string[]) => all;
  return {
    pub: { allow: called(allow), ...(deny.length > 0 && { deny: called(deny) }) },
    sub: { allow: unique([inboxOf(publicKey), ...grants.flatMap(({ sub = [] }) => sub)]) },
    ...(grants.some(({ answers }) => answers) && { resp: { max: 1, ttl: ANSWER_NS } }),
  };
}

/** Of whoever has a code: it may ask to be enrolled, and nothing else. */
export const enrolPermissions = (publicKey: string): Permissions => ({
  pub: { allow: [ENROL_REDEEM] },
  sub: { allow: [inboxOf(publicKey)] },
});

export const runnerPermissions = (publicKey: string, runId: string, node: string): Permissions =>
  permissionsOf(edgeRunner(runId, node), publicKey);
