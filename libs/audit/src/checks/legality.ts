import { parseSubject } from '@benchbus/events';
import type { Check } from '../entry.ts';
import type { Report } from '../finding.ts';
import { MACHINES } from '../machines/index.ts';
import { START } from '../machines/machine.ts';

/** Every event is a step its aggregate's state machine has. An illegal one does not move the machine. */
export function legalityCheck(report: Report): Check {
  const states = new Map<string, string>();
  return {
    take(entry) {
      const { event } = entry;
      const aggregate = parseSubject(entry.subject)?.aggregate;
      if (event === undefined || aggregate === undefined) return;
      for (const { of, key, step, table } of MACHINES[aggregate]) {
        const parts: readonly string[] = key(event);
        for (const part of parts) {
          const name = `${entry.subject} ${of} ${part}`;
          const state: string = states.get(name) ?? START;
          const next: string | undefined = table[state]?.[step(event)];
          if (next !== undefined) states.set(name, next);
          else {
            const what = part === '' ? of : `${of} ${part}`;
            report('TRANSITION_ILLEGAL', entry, `${step(event)} is no step of ${what} in the state ${state}`);
          }
        }
      }
    },
  };
}
