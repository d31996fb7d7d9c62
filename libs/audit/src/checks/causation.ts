import type { Check, Entry } from '../entry.ts';
import type { Report } from '../finding.ts';

/** What begins outside of the log: a suite by its request, a host by itself. */
function beginsOutside({ event, ce }: Entry): boolean {
  if (event?.name === 'SuiteAccepted' || event?.name === 'SuiteRejected') return event.data.requestId === event.cause;
  return event?.name === 'HostAnnounced' && event.counter === 1 && `evt.host.${ce['ce-causationid']}` === event.subject;
}

/** Every event was led to by one that stands before it. */
export function causationCheck(report: Report): Check {
  const known = new Set<string>();
  const open: Entry[] = [];
  return {
    take(entry) {
      const { 'ce-id': id, 'ce-causationid': cause } = entry.ce;
      if (cause !== undefined && !known.has(cause) && !beginsOutside(entry)) open.push(entry);
      if (id !== undefined) known.add(id);
    },
    end() {
      for (const entry of open) {
        const cause = entry.ce['ce-causationid'] ?? '';
        if (known.has(cause)) report('CAUSE_LATER', entry, `its cause ${cause} comes after it`);
        else report('CAUSE_UNKNOWN', entry, `its cause ${cause} is no event of the log`);
      }
    },
  };
}
