import type { Check } from '../entry.ts';
import type { Report } from '../finding.ts';

/** The stream itself: sequences without a gap from 1, none twice. `contiguous` is false for an extract of a log. */
export function orderCheck(report: Report, contiguous: boolean): Check {
  let last = 0;
  return {
    take(entry) {
      const { sequence } = entry;
      if (sequence <= last) report('OUT_OF_ORDER', entry, `comes after sequence ${last}`);
      else if (contiguous && sequence !== last + 1)
        report(
          'SEQUENCE_GAP',
          entry,
          last + 2 === sequence
            ? `sequence ${last + 1} is missing`
            : `sequences ${last + 1} to ${sequence - 1} are missing`,
        );
      last = Math.max(last, sequence);
    },
  };
}
