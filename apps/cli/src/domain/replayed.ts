import { runsOfEvent } from '@benchbus/events';
import type { AnyRecorded, EventData, WorkloadSummary } from '@benchbus/events';
import type { Board } from './board/board.ts';
import { viewRun, viewSuite, type RunView, type SuiteView } from './board/views.ts';

/** One node of a run as it was planned. */
export interface ReplayedNode {
  readonly name: string;
  readonly purpose: string;
  readonly address: string;
  /** What runs there; of a database server with its role. */
  readonly processes: readonly string[];
  readonly state: 'planned' | 'there' | 'gone';
}

/** A run at a moment of the log: where it was, what it held, what it had brought. */
export interface ReplayedRun extends RunView {
  readonly topology: readonly ReplayedNode[];
  readonly summary?: WorkloadSummary;
  readonly artifacts: readonly string[];
}

export interface Replayed {
  /** The last event that is in it. */
  readonly sequence: number;
  readonly time: string;
  readonly suite: Omit<SuiteView, 'runs'> & { readonly runs: readonly ReplayedRun[] };
}

interface Detail {
  plan?: EventData<'PlacementPlanned'>['plan'];
  readonly there: Set<string>;
  readonly gone: Set<string>;
  summary?: WorkloadSummary;
  readonly artifacts: string[];
}

/** What the board leaves out of a suite's runs, folded beside it. */
export class SuiteDetails {
  readonly #runs = new Map<string, Detail>();

  take(event: AnyRecorded): void {
    const [runId] = runsOfEvent(event);
    if (runId === undefined) return;
    const detail = this.#runs.get(runId) ?? { there: new Set(), gone: new Set(), artifacts: [] };
    this.#runs.set(runId, detail);
    switch (event.name) {
      case 'PlacementPlanned':
        detail.plan = event.data.plan;
        detail.there.clear();
        detail.gone.clear();
        return;
      case 'NodeProvisioned':
        detail.there.add(event.data.node);
        return;
      case 'NodeDestroyed':
        detail.gone.add(event.data.node);
        return;
      case 'DeploymentDestroyed':
        for (const { name } of detail.plan?.nodes ?? []) detail.gone.add(name);
        return;
      case 'WorkloadFinished':
        detail.summary = event.data.summary;
        return;
      case 'ArtifactStored':
        detail.artifacts.push(event.data.name);
        return;
      default:
    }
  }

  of(run: RunView): ReplayedRun {
    const { plan, there, gone, summary, artifacts }: Detail = this.#runs.get(run.runId) ?? {
      there: new Set<string>(),
      gone: new Set<string>(),
      artifacts: [],
    };
    const topology = (plan?.nodes ?? []).map(({ name, purpose, address, processes }): ReplayedNode => {
      const state = gone.has(name) ? 'gone' : there.has(name) ? 'there' : 'planned';
      const kinds = processes.map((process) =>
        'role' in process ? `${process.kind} (${process.role})` : process.kind,
      );
      return { name, purpose, address, processes: kinds, state };
    });
    return { ...run, topology, artifacts, ...(summary === undefined ? {} : { summary }) };
  }
}

/** The suite at the moment of this event; undefined before it was there. */
export function replayed(
  board: Board,
  details: SuiteDetails,
  suiteId: string,
  { sequence, time }: Pick<AnyRecorded, 'sequence' | 'time'>,
  onlyRun?: string,
): Replayed | undefined {
  const card = board.suites.get(suiteId);
  if (card === undefined) return undefined;
  const view = viewSuite(board, card, Date.parse(time));
  const runs = card.runs.filter(({ runId }) => onlyRun === undefined || runId === onlyRun);
  return { sequence, time, suite: { ...view, runs: runs.map((run) => details.of(viewRun(board, run))) } };
}

export type AsOf = { readonly sequence: number } | { readonly time: number };

/** Is an event beyond the moment that was asked for? */
export const isBeyond = (event: Pick<AnyRecorded, 'sequence' | 'time'>, asOf: AsOf | undefined): boolean =>
  asOf !== undefined && ('sequence' in asOf ? event.sequence > asOf.sequence : Date.parse(event.time) > asOf.time);

/** `1234`, or a time as RFC 3339 writes it; undefined for anything else. */
export function parseAsOf(text: string): AsOf | undefined {
  if (/^\d+$/.test(text)) return Number(text) >= 1 ? { sequence: Number(text) } : undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || !/^\d{4}-/.test(text) ? undefined : { time };
}
