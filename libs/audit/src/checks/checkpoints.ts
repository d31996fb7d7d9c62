import { leafOf, type CheckpointFile, type Leaf } from '../checkpoint/checkpoint.ts';
import type { Check, Entry } from '../entry.ts';
import type { Report } from '../finding.ts';

export interface CheckpointCheckOptions {
  /** Of this log, verified (`readChain`). */
  readonly chain: readonly CheckpointFile[];
  /** Which aggregates must be there as a whole: all of a log; of an extract those it was made for. */
  readonly isWhole: (subject: string, sequence: number) => boolean;
  /** Suites that ended before this moment (ms since the epoch) must be covered; those after it may still be. */
  readonly coveredUntil: number;
}

/** The log is what was signed: every event under a checkpoint is there, where it was, and none besides. */
export function checkpointCheck(report: Report, options: CheckpointCheckOptions): Check {
  const { chain, isWhole, coveredUntil } = options;
  const signed = new Map<number, Leaf>();
  const hashes = new Map<string, number>();
  for (const { leaves = [] } of chain)
    for (const leaf of leaves) {
      signed.set(leaf[0], leaf);
      hashes.set(leaf[2], leaf[0]);
    }
  const covered = Math.max(0, ...chain.map(({ checkpoint }) => checkpoint.to));
  const present = new Set<string>();
  const aggregates = new Set<string>();
  const moved: { readonly entry: Entry; readonly from: number }[] = [];
  const faults = new Map<string, Map<number, string>>();
  const fault = (subject: string, sequence: number, message: string) => {
    const of = faults.get(subject) ?? new Map<number, string>();
    if (!of.has(sequence)) faults.set(subject, of.set(sequence, message));
  };
  return {
    take(entry) {
      const [sequence, subject, hash] = leafOf(entry.stored);
      aggregates.add(subject);
      present.add(hash);
      const leaf = signed.get(sequence);
      if (leaf?.[1] !== subject || leaf[2] !== hash) {
        const from = hashes.get(hash);
        if (from !== undefined) moved.push({ entry, from });
        else if (leaf !== undefined) fault(subject, sequence, `another event was signed here, of ${leaf[1]}`);
        else if (sequence <= covered) fault(subject, sequence, 'no event was signed here');
      }
      const { event } = entry;
      const over =
        event?.name === 'SuiteCompleted' || event?.name === 'SuiteFailed' || event?.name === 'SuiteCancelled';
      if (over && sequence > covered && Date.parse(event.time) < coveredUntil)
        report('CHECKPOINT_MISSING', entry, 'no checkpoint covers the end of this suite');
    },
    end() {
      const [first] = moved;
      if (first !== undefined) {
        const more = moved.length === 1 ? '' : `, and ${moved.length - 1} more events are not at theirs`;
        report('CHECKPOINT_MISMATCH', first.entry, `this event was signed at sequence ${first.from}${more}`);
      }
      const gone = [...signed.values()].filter(
        ([sequence, subject, hash]) => !present.has(hash) && isWhole(subject, sequence),
      );
      for (const [subject, leaves] of Map.groupBy(gone, ([, of]) => of)) {
        const sequence = leaves[0]?.[0] ?? 0;
        if (!aggregates.has(subject))
          report('AGGREGATE_MISSING', { sequence, subject }, `${leaves.length} events of it were signed, none is left`);
        else for (const [at] of leaves) fault(subject, at, 'the event that was signed here is not in the log');
      }
      // Who makes a chain anew changes every later event of the aggregate: one line says so.
      for (const [subject, of] of faults) {
        const [[sequence, message] = [0, '']] = [...of].toSorted(([a], [b]) => a - b);
        const more = of.size === 1 ? '' : `; ${of.size - 1} more events of the aggregate are not what was signed`;
        report('CHECKPOINT_MISMATCH', { sequence, subject }, message + more);
      }
    },
  };
}

/** Checkpoints of another log: one this was restored from, whose events must all be here, or one that is not here at all. */
export function otherLogCheck(report: Report, incarnation: string, chain: readonly CheckpointFile[]): Check {
  const missing = new Map<string, Leaf>();
  for (const { leaves = [] } of chain) for (const leaf of leaves) missing.set(leaf[2], leaf);
  const all = missing.size;
  return {
    take: ({ stored }) => void missing.delete(leafOf(stored)[2]),
    end() {
      if (missing.size === 0) return;
      if (missing.size === all)
        return report(
          'LOG_REPLACED',
          { sequence: 0, subject: `checkpoints ${incarnation}` },
          `${all} events of this log were signed, none is here; if it was retired by right, move its checkpoints away`,
        );
      for (const [sequence, subject] of missing.values())
        report('CHECKPOINT_MISMATCH', { sequence, subject }, `signed in log ${incarnation}, and not in this one`);
    },
  };
}
