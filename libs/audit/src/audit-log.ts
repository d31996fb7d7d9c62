import { attributesOf, decodeEvent, TypeTooNew, UnreadableMessage, type StoredMessage } from '@benchbus/events';
import { causationCheck } from './checks/causation.ts';
import { chainCheck } from './checks/chain.ts';
import { identityCheck } from './checks/identity.ts';
import { leaseCheck } from './checks/leases.ts';
import { legalityCheck } from './checks/legality.ts';
import { orderCheck } from './checks/order.ts';
import { referenceCheck } from './checks/references.ts';
import { resultCheck } from './checks/results.ts';
import { secretCheck } from './checks/secrets.ts';
import type { Check, Entry } from './entry.ts';
import type { Finding, FindingCode, Report } from './finding.ts';
import type { KnownSecrets } from './known-secrets.ts';

export interface LogAuditOptions {
  /** The log's own. */
  readonly incarnation: string;
  readonly secrets: KnownSecrets;
  /** False: an extract, in which sequences are missing by right. */
  readonly contiguous: boolean;
  /** Further questions to the same messages. */
  readonly also?: (report: Report) => readonly Check[];
}

export interface LogAudit {
  /** The next message of the log, and what could be read of it. */
  take(stored: StoredMessage): Entry;
  /** After the last one: everything that is wrong, in the order of the log. */
  end(): Finding[];
}

/** Asks every question to a log, message by message; remembers ids and hashes, no bodies. */
export function auditLog({ incarnation, secrets, contiguous, also }: LogAuditOptions): LogAudit {
  const findings: Finding[] = [];
  const report: Report = (code, { sequence, subject }, message) =>
    void findings.push({ code, sequence, subject, message });
  const checks = [
    orderCheck(report, contiguous),
    identityCheck(report, incarnation),
    chainCheck(report),
    legalityCheck(report),
    causationCheck(report),
    referenceCheck(report),
    leaseCheck(report),
    resultCheck(report),
    ...(secrets.size > 0 ? [secretCheck(report, secrets)] : []),
    ...(also?.(report) ?? []),
  ];
  return {
    take(stored) {
      const { subject, sequence } = stored;
      const entry = { stored, subject, sequence, ce: attributesOf(stored.headers), event: read(stored, report) };
      for (const check of checks) check.take(entry);
      return entry;
    },
    end() {
      for (const check of checks) check.end?.();
      return findings.toSorted((a, b) => a.sequence - b.sequence);
    },
  };
}

/** Against envelope and schema. */
function read(stored: StoredMessage, report: Report): Entry['event'] {
  try {
    return decodeEvent(stored);
  } catch (error) {
    if (!(error instanceof UnreadableMessage) && !(error instanceof TypeTooNew)) throw error;
    const { code, message } = error.problem;
    // The chain's check reports what is no JSON.
    if (code !== 'MESSAGE_NOT_JSON') report(code as FindingCode, stored, message);
    return undefined;
  }
}
