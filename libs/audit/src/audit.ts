import type { StoredMessage } from '@benchbus/events';
import type { CheckpointPlace } from './adapters/checkpoint-folder.ts';
import { auditArtifacts, keptArtifacts, type ArtifactSource } from './artifacts.ts';
import { auditLog } from './audit-log.ts';
import type { CheckpointFile } from './checkpoint/checkpoint.ts';
import type { TrustedKeys } from './checkpoint/keys.ts';
import { readChain, type KeptCheckpoint } from './checkpoint/read-chain.ts';
import { checkpointCheck, otherLogCheck } from './checks/checkpoints.ts';
import type { Finding, Report } from './finding.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { auditSideStreams } from './side-streams.ts';
import { suiteScope } from './suite-scope.ts';

export interface AuditOptions {
  /** The log's. */
  readonly incarnation: string;
  /** All of it, from the first message. */
  readonly messages: AsyncIterable<StoredMessage>;
  readonly secrets: KnownSecrets;
  /** What is stored beside the log, by the names of the streams. */
  readonly beside?: Readonly<Record<string, AsyncIterable<StoredMessage>>>;
  /** Undefined: there is none within reach; then the log alone is audited. */
  readonly checkpoints?: { readonly place: CheckpointPlace; readonly trusted: TrustedKeys } | undefined;
  readonly artifacts?: ArtifactSource | undefined;
  /** Only what concerns it. */
  readonly suite?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long after a suite's end a checkpoint may still come. */
  readonly graceMs: number;
  readonly onProgress?: (sequence: number) => void;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  /** What was looked at. */
  readonly events: number;
  readonly aggregates: number;
  readonly checkpoints: number;
  /** The last sequence that a checkpoint covers. */
  readonly covered: number;
  readonly artifacts: number;
  readonly secrets: number;
}

async function keptIn(place: CheckpointPlace, incarnation: string): Promise<KeptCheckpoint[]> {
  const names = await place.names(incarnation);
  return Promise.all(names.map((name) => place.read(incarnation, name)));
}

/** Audits a log with its checkpoints and its artifacts. */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const { incarnation, secrets, checkpoints, now, graceMs } = options;
  const extra: Finding[] = [];
  const report: Report = (code, { sequence, subject }, message) =>
    void extra.push({ code, sequence, subject, message });
  const chains = new Map<string, CheckpointFile[]>();
  if (checkpoints !== undefined) {
    const { place, trusted } = checkpoints;
    for (const log of new Set([incarnation, ...(await place.incarnations())]))
      chains.set(log, readChain(await keptIn(place, log), trusted, report));
  }
  const chain = chains.get(incarnation) ?? [];
  const kept = keptArtifacts();
  const scope = options.suite === undefined ? undefined : suiteScope(options.suite);
  const log = auditLog({
    incarnation,
    secrets,
    contiguous: true,
    also: (tell) => [
      kept,
      ...(scope === undefined ? [] : [scope]),
      ...(checkpoints === undefined
        ? []
        : [checkpointCheck(tell, { chain, isWhole: () => true, coveredUntil: now - graceMs })]),
      ...[...chains].flatMap(([of, other]) => (of === incarnation ? [] : [otherLogCheck(tell, of, other)])),
    ],
  });
  const aggregates = new Set<string>();
  let events = 0;
  for await (const stored of options.messages) {
    log.take(stored);
    aggregates.add(stored.subject);
    events += 1;
    options.onProgress?.(stored.sequence);
  }
  await auditSideStreams(options.beside ?? {}, secrets, report);
  const files = kept.kept().filter(({ entry }) => scope === undefined || scope.owns(entry.subject));
  if (options.artifacts !== undefined) await auditArtifacts(files, options.artifacts, { secrets, now, report });
  const findings = [...log.end(), ...extra].toSorted((a, b) => a.sequence - b.sequence);
  return {
    findings: scope === undefined ? findings : findings.filter((finding) => scope.concerns(finding)),
    events,
    aggregates: aggregates.size,
    checkpoints: chain.length,
    covered: chain.at(-1)?.checkpoint.to ?? 0,
    artifacts: options.artifacts === undefined ? 0 : files.length,
    secrets: secrets.size,
  };
}
