import type { Check } from '../entry.ts';
import type { Report } from '../finding.ts';

/**
 * Ids are unique, and every event says which log it was written for. A restored log begins with the events of the one it was
 * restored from; after the first of its own none of another may follow.
 * @param incarnation the log's own
 */
export function identityCheck(report: Report, incarnation: string): Check {
  const seen = new Map<string, number>();
  const closed = new Set<string>();
  let current: string | undefined;
  return {
    take(entry) {
      const id = entry.ce['ce-id'];
      const before = id === undefined ? undefined : seen.get(id);
      if (before !== undefined) report('DUPLICATE_ID', entry, `the event of sequence ${before} has the same id`);
      else if (id !== undefined) seen.set(id, entry.sequence);
      const written = entry.ce['ce-incarnation'];
      if (written === undefined || written === current) return;
      if (closed.has(written) || current === incarnation)
        return report('INCARNATION_MIXED', entry, `written for log ${written}, after events of ${current}`);
      if (current !== undefined) closed.add(current);
      current = written;
    },
  };
}
