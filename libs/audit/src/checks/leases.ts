import { parseSubject, subjects, type AnyRecorded } from '@benchbus/events';
import type { Check, Entry } from '../entry.ts';
import type { Report } from '../finding.ts';

interface Lease {
  readonly runId: string;
  readonly what: string;
  readonly entry: Entry;
}

const runOf = (event: AnyRecorded): string => parseSubject(event.subject)?.ids[0] ?? '';

/** What an event takes (`+`) or gives back (`-`), by run; each lease has a name of its own. */
function movesOf(event: AnyRecorded): { readonly sign: '+' | '-'; readonly runId: string; readonly what: string }[] {
  switch (event.name) {
    case 'CapacityGranted':
      return event.data.grants.map(({ runId }) => ({ sign: '+', runId, what: `a share of ${runOf(event)}` }));
    case 'CapacityReleased':
      return event.data.runIds.map((runId) => ({ sign: '-', runId, what: `a share of ${runOf(event)}` }));
    case 'BlocksGranted':
      return event.data.grants.map(({ runId, cidr }) => ({ sign: '+', runId, what: `the block ${cidr}` }));
    case 'BlocksReleased':
      return event.data.blocks.map(({ runId, cidr }) => ({ sign: '-', runId, what: `the block ${cidr}` }));
    case 'NetworkReserved':
      return [{ sign: '+', runId: runOf(event), what: 'a network' }];
    case 'NetworkReleased':
      return [
        { sign: '-', runId: runOf(event), what: 'a network' },
        // Gone with its host: nobody is left who could say that it was destroyed.
        ...(event.data.lost === undefined ? [] : [{ sign: '-' as const, runId: runOf(event), what: 'a deployment' }]),
      ];
    case 'PlacementPlanned':
      return [{ sign: '+', runId: runOf(event), what: 'a deployment' }];
    case 'DeploymentDestroyed':
      return [{ sign: '-', runId: runOf(event), what: 'a deployment' }];
    case 'RunQueued':
      return [{ sign: '+', runId: runOf(event), what: 'its own release' }];
    case 'RunReleased':
      return [{ sign: '-', runId: runOf(event), what: 'its own release' }];
    default:
      return [];
  }
}

/** Everything that runs of suites which are over took was given back. */
export function leaseCheck(report: Report): Check {
  const held = new Map<string, Lease>();
  const over = new Set<string>();
  return {
    take(entry) {
      const { event } = entry;
      if (event === undefined) return;
      for (const { sign, runId, what } of movesOf(event)) {
        if (sign === '+') held.set(`${runId} ${what}`, { runId, what, entry });
        else held.delete(`${runId} ${what}`);
      }
      if (event.name === 'SuiteCompleted' || event.name === 'SuiteFailed' || event.name === 'SuiteCancelled')
        for (const { runId } of event.data.runs) over.add(runId);
    },
    end() {
      for (const { runId, what, entry } of held.values()) {
        if (!over.has(runId)) continue;
        const message =
          what === 'its own release' ? 'its suite is over, and it was never released' : `${what} was never given back`;
        report('LEASE_OPEN', { sequence: entry.sequence, subject: subjects.run(runId) }, message);
      }
    },
  };
}
