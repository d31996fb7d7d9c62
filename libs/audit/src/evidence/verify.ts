import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AnyRecorded, Recorded, StoredMessage } from '@benchbus/events';
import { auditLog } from '../audit-log.ts';
import { keyIdOf, trust } from '../checkpoint/keys.ts';
import { readChain } from '../checkpoint/read-chain.ts';
import { checkpointCheck } from '../checks/checkpoints.ts';
import type { Finding, Report } from '../finding.ts';
import type { KnownSecrets } from '../known-secrets.ts';
import { decodeLine } from '../stored-line.ts';
import { suiteScope } from '../suite-scope.ts';
import { derivedFiles } from './derived-files.ts';
import { artifactPath, EVENTS, manifest as manifestSchema, MANIFEST, type Manifest } from './manifest.ts';
import { readBundle, type BundleFile } from './read-bundle.ts';
import {
  COMMITS,
  compareNumbers,
  compareRepeats,
  measurementsIn,
  PRESENT,
  REPORT,
  TRANSACTIONS,
  type RawOutput,
} from './recompute.ts';
import { outputOf } from './summary-by-tool.ts';

export interface VerifyOptions {
  /** Keys whose signatures count; undefined: those in the bundle, which proves less. */
  readonly keys?: readonly KeyObject[] | undefined;
  readonly secrets: KnownSecrets;
}

export interface VerifyResult {
  readonly findings: readonly Finding[];
  readonly suiteId: string;
  readonly events: number;
  readonly checkpoints: number;
  readonly covered: number;
  readonly files: number;
  /** Of the keys that signed. */
  readonly keyIds: readonly string[];
  /** Runs whose numbers were computed again. */
  readonly recomputed: readonly string[];
}

type Files = ReadonlyMap<string, BundleFile>;

function readManifest(files: Files): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(files.get(MANIFEST)?.text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** The list and what is there. */
function checkFiles(files: Files, { files: list }: Manifest, report: Report): void {
  const known = new Set([MANIFEST]);
  for (const { path, bytes, sha256 } of list) {
    known.add(path);
    const file = files.get(path);
    const at = { sequence: 0, subject: path };
    if (file === undefined) report('FILE_MISSING', at, 'it is listed and not there');
    else if (file.bytes !== bytes || file.sha256 !== sha256) report('FILE_DIFFERS', at, 'it is not what the list says');
  }
  for (const path of files.keys())
    if (!known.has(path)) report('FILE_UNEXPECTED', { sequence: 0, subject: path }, 'it is not listed');
}

/** What follows from the events must be what lies beside them. */
function checkDerived(files: Files, events: readonly AnyRecorded[], report: Report): void {
  for (const [path, text] of derivedFiles(events)) {
    const found = files.get(path)?.text;
    // A schema may have been written by another version of the program: its checksum counts.
    if (found === undefined || (found !== text && !path.startsWith('schemas/')))
      report(
        found === undefined ? 'FILE_MISSING' : 'FILE_DIFFERS',
        { sequence: 0, subject: path },
        'the events say otherwise',
      );
  }
}

function checkArtifacts(files: Files, events: readonly AnyRecorded[], report: Report): void {
  const expired = new Set(events.flatMap((event) => (event.name === 'ArtifactExpired' ? [event.subject] : [])));
  for (const event of events) {
    if (event.name !== 'ArtifactStored' || expired.has(event.subject)) continue;
    const { key, bytes, sha256 } = event.data;
    const file = files.get(artifactPath(key));
    if (file === undefined) report('ARTIFACT_MISSING', event, `${key} is not in the evidence`);
    else if (file.bytes !== bytes || file.sha256 !== sha256)
      report('ARTIFACT_DIFFERS', event, `${key} is not the file that was stored`);
  }
}

/** Each completed run's raw output, found by its artifacts. */
function recompute(files: Files, events: readonly AnyRecorded[], report: Report): string[] {
  const completed = events.filter((event): event is Recorded<'RunCompleted'> => event.name === 'RunCompleted');
  for (const run of completed) {
    const runId = run.subject.slice('evt.run.'.length);
    const claimed = new Set(run.data.artifacts.map(({ artifactId }) => `evt.artifact.${artifactId}`));
    const fileOf = (wanted: string): BundleFile | undefined => {
      const stored = events.find(
        (event) => event.name === 'ArtifactStored' && claimed.has(event.subject) && event.data.name === wanted,
      );
      return stored?.name === 'ArtifactStored' && stored.data.runId === runId
        ? files.get(artifactPath(stored.data.key))
        : undefined;
    };
    compareRepeats(run, report);
    for (const measured of measurementsIn(run)) {
      const raw: RawOutput = {};
      const { summary, prefix } = measured;
      const text = (name: string, into: 'report' | 'output' | 'commits' | 'present') => {
        const found = fileOf(`${prefix}${name}`)?.text;
        if (found !== undefined) raw[into] = found;
      };
      text(REPORT, 'report');
      text(outputOf(summary.tool), 'output');
      text(COMMITS, 'commits');
      text(PRESENT, 'present');
      const transactions = fileOf(`${prefix}${TRANSACTIONS}`)?.transactions;
      if (transactions !== undefined) raw.transactions = transactions;
      const queued = events.find((event) => event.name === 'RunQueued' && event.subject === run.subject);
      if (queued?.name === 'RunQueued') raw.workload = queued.data.test.workload;
      compareNumbers(run, measured, raw, report);
    }
  }
  return completed.map(({ subject }) => subject.slice('evt.run.'.length));
}

function readEvents(files: Files, report: Report): StoredMessage[] {
  const lines = (files.get(EVENTS)?.text ?? '').split('\n').filter((line) => line !== '');
  return lines.flatMap((line, index) => {
    const message = decodeLine(line);
    if (message === undefined)
      report('BUNDLE_INVALID', { sequence: 0, subject: `${EVENTS}:${index + 1}` }, 'the line is no message of a log');
    return message ?? [];
  });
}

function keysIn(files: Files, report: Report): KeyObject[] {
  return [...files].flatMap(([path, { text = '' }]) => {
    if (!path.startsWith('keys/')) return [];
    try {
      return [createPublicKey(text)];
    } catch {
      report('BUNDLE_INVALID', { sequence: 0, subject: path }, 'it is no public key');
      return [];
    }
  });
}

/** Verifies an evidence without a server: every file, every event, the signatures, and the numbers by the raw output. */
export async function verifyEvidence(source: Readable, options: VerifyOptions): Promise<VerifyResult> {
  const findings: Finding[] = [];
  const report: Report = (code, { sequence, subject }, message) =>
    void findings.push({ code, sequence, subject, message });
  const nothing = { suiteId: '', events: 0, checkpoints: 0, covered: 0, files: 0, keyIds: [], recomputed: [] };
  let files: Files;
  try {
    files = await readBundle(source);
  } catch (error) {
    report(
      'BUNDLE_INVALID',
      { sequence: 0, subject: 'the file' },
      `it is no evidence: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { ...nothing, findings };
  }
  const manifest = readManifest(files);
  if (manifest === undefined) {
    report('BUNDLE_INVALID', { sequence: 0, subject: MANIFEST }, 'there is none, or it is not one of an evidence');
    return { ...nothing, findings };
  }
  const { suiteId, incarnation, lastSequence } = manifest;
  checkFiles(files, manifest, report);

  const kept = [...files].flatMap(([name, { text }]) =>
    name.startsWith('checkpoints/') && text !== undefined ? [{ name, text }] : [],
  );
  const keys = options.keys ?? keysIn(files, report);
  const chain = readChain(kept, trust(keys), report).filter(({ checkpoint }) => checkpoint.incarnation === incarnation);
  const scope = suiteScope(suiteId);
  const present = new Set<string>();
  const log = auditLog({
    incarnation,
    secrets: options.secrets,
    contiguous: false,
    also: (tell) => [
      scope,
      checkpointCheck(tell, {
        chain,
        // Of a shared aggregate everything up to the suite's end is here.
        isWhole: (subject, sequence) => scope.owns(subject) || (present.has(subject) && sequence <= lastSequence),
        coveredUntil: Infinity,
      }),
    ],
  });
  const messages = readEvents(files, report);
  const events = messages.flatMap((stored) => {
    present.add(stored.subject);
    return log.take(stored).event ?? [];
  });
  const own = events.filter(({ subject }) => scope.owns(subject));
  if (own.length === 0)
    report('AGGREGATE_MISSING', { sequence: 0, subject: `evt.suite.${suiteId}` }, 'no event of it is here');
  // Of other suites only what the shared aggregates need is here: their causes and runs are missing by right.
  const byRight: readonly Finding['code'][] = ['CAUSE_UNKNOWN', 'AGGREGATE_MISSING'];
  findings.push(...log.end().filter((finding) => !byRight.includes(finding.code) || scope.misses(finding)));
  checkDerived(files, events, report);
  checkArtifacts(files, own, report);
  const recomputed = recompute(files, own, report);
  return {
    findings: findings.toSorted((a, b) => a.sequence - b.sequence),
    suiteId,
    events: messages.length,
    checkpoints: chain.length,
    covered: chain.at(-1)?.checkpoint.to ?? 0,
    files: files.size,
    keyIds: keys.map(keyIdOf),
    recomputed,
  };
}
