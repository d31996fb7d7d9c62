import type { AnyRecorded } from '@benchbus/events';
import { parseSubject } from '@benchbus/events';

/** A run whose release takes longer than it may. */
export interface Overdue {
  readonly runId: string;
  readonly since: string;
  readonly left: readonly string[];
}

/** Something the log calls reserved for a run that cannot need it. */
export interface Reservation {
  readonly kind: 'network' | 'capacity' | 'block';
  readonly runId: string;
  /** For people: `127.64.5.0/24 on host-…`. */
  readonly what: string;
  readonly why: string;
}

export interface Unreleased {
  readonly overdue: readonly Overdue[];
  readonly reservations: readonly Reservation[];
}

/** What `unreleased` has to be fed with. */
export const UNRELEASED_SUBJECTS = ['evt.run.*', 'evt.network.*', 'evt.capacity.*', 'evt.pool.>', 'evt.host.*'];

interface State {
  /** Run → when it was released; undefined: it is open. */
  readonly runs: Map<string, string | undefined>;
  readonly overdue: Map<string, Overdue>;
  /** Kind, owner and run → what is reserved. */
  readonly held: Map<string, Omit<Reservation, 'why'>>;
}

function ofRun({ runs, overdue }: State, runId: string, event: AnyRecorded): void {
  if (!runs.has(runId)) runs.set(runId, undefined);
  if (event.name === 'RunReleaseOverdue') overdue.set(runId, { runId, since: event.time, left: event.data.left });
  if (event.name !== 'RunReleased') return;
  runs.set(runId, event.time);
  overdue.delete(runId);
}

function evolve(state: State, event: AnyRecorded): void {
  const subject = parseSubject(event.subject);
  const [id = '', cidr = ''] = subject?.ids ?? [];
  const { held } = state;
  if (subject?.aggregate === 'run') return ofRun(state, id, event);
  switch (event.name) {
    case 'NetworkReserved': {
      const what = `${event.data.cidr} on ${event.data.hostId}`;
      return void held.set(`network ${id}`, { kind: 'network', runId: id, what });
    }
    case 'NetworkReleased':
      return void held.delete(`network ${id}`);
    case 'CapacityGranted':
      for (const { runId, cores } of event.data.grants)
        held.set(`capacity ${id} ${runId}`, { kind: 'capacity', runId, what: `${cores} cores of ${id}` });
      return;
    case 'CapacityReleased':
      for (const runId of event.data.runIds) held.delete(`capacity ${id} ${runId}`);
      return;
    case 'BlocksGranted':
      for (const grant of event.data.grants)
        held.set(`block ${id} ${cidr} ${grant.cidr}`, {
          kind: 'block',
          runId: grant.runId,
          what: `${grant.cidr} of ${id}`,
        });
      return;
    case 'BlocksReleased':
      for (const block of event.data.blocks) held.delete(`block ${id} ${cidr} ${block.cidr}`);
  }
}

/** Runs whose release is overdue, and reservations without an open run, as the log tells. @param events in log order */
export function unreleased(events: readonly AnyRecorded[]): Unreleased {
  const state: State = { runs: new Map(), overdue: new Map(), held: new Map() };
  for (const event of events) evolve(state, event);
  const reservations = [...state.held.values()].flatMap((one): Reservation[] => {
    const released = state.runs.get(one.runId);
    if (released !== undefined) return [{ ...one, why: `the run was released at ${released}` }];
    return state.runs.has(one.runId) ? [] : [{ ...one, why: 'the log knows no such run' }];
  });
  return { overdue: [...state.overdue.values()], reservations };
}
