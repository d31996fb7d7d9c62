import type { AnyRecorded, Recorded } from '@benchbus/events';
import { processKind, type ProcessKind } from '@benchbus/suites';

export type FaultFact = Recorded<'FaultInjected'>;

export const faultsOf = (history: readonly AnyRecorded[]): FaultFact[] =>
  history.filter((event): event is FaultFact => event.name === 'FaultInjected');

/** The fault that was carried out for one attempt of the workload, if it was. */
export const faultOf = (history: readonly AnyRecorded[], attempt: number, index: number): FaultFact | undefined =>
  faultsOf(history).find(({ data }) => data.attempt === attempt && data.index === index);

export interface Restart {
  readonly kind: ProcessKind;
  readonly attempt: number;
  readonly index: number;
  /** When it is to be started again, ms since 1970. */
  readonly atMs: number;
}

const kindsOf = (names: readonly string[]): ProcessKind[] =>
  names.flatMap((name) => processKind.safeParse(name).data ?? []);

/** What is to be started again, and when: of each process the last fault that hit it counts. Pure. */
export function restartsOf(history: readonly AnyRecorded[]): Restart[] {
  const last = new Map<string, Restart>();
  for (const { data } of faultsOf(history)) {
    const atMs = Date.parse(data.at) + data.restartAfterMs;
    for (const kind of kindsOf(data.killed)) last.set(kind, { kind, attempt: data.attempt, index: data.index, atMs });
  }
  return [...last.values()];
}
