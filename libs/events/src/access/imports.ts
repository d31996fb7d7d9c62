import { isOutside, outsideSubject, type AccountName } from './account.ts';
import { ENROL_REDEEM } from './enrol-subjects.ts';
import { edgeRunner } from './users/edge-runner.ts';
import { USERS } from './users/table.ts';
import type { AccessUser } from './users/user.ts';
import { subjectMatches } from '../bus/subjects.ts';

export interface Imported {
  /** In the services' account. */
  readonly subject: string;
  readonly local: string;
}

/** Everybody who may be in an account outside; a runner stands for those of all runs and nodes. */
const MEMBERS: readonly AccessUser[] = [...USERS, edgeRunner('*', '*')];
/** Beside the table: whoever has a code asks to be enrolled. */
const ASKED_BY_CODES: Partial<Record<AccountName, readonly string[]>> = { runners: [ENROL_REDEEM] };

/** What an account outside gets from that of the services: what its users may publish, and nothing else. */
export function importsOf(account: AccountName): Imported[] {
  if (!isOutside(account)) return [];
  const grants = MEMBERS.filter((user) => user.account === account).flatMap((user) => user.grants);
  const published = grants.filter(({ within }) => within !== true).flatMap(({ pub = [] }) => pub);
  const all = [...new Set([...published, ...(ASKED_BY_CODES[account] ?? [])])];
  // Of two that overlap nats-server takes none.
  const widest = all.filter((one) => !all.some((other) => other !== one && subjectMatches(other, one)));
  return widest.map((subject) => ({ subject, local: outsideSubject(subject) }));
}
