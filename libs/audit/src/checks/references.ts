import { subjects, type AnyRecorded } from '@benchbus/events';
import type { Check, Entry } from '../entry.ts';
import type { Report } from '../finding.ts';

/** Aggregates that must have an event before this one. */
function needsBefore(event: AnyRecorded): string[] {
  switch (event.name) {
    case 'RunQueued':
      return [subjects.suite(event.data.suiteId)];
    case 'NetworkReserved': {
      const { hostId, pool } = event.data;
      return [subjects.capacity(hostId), subjects.pool(pool.scope, pool.cidr), subjects.host(hostId)];
    }
    case 'RunDeploymentRequested':
      return [subjects.host(event.data.hostId)];
    case 'PoolDefined':
      // Whose announcement it follows; the scope may be a VPC.
      return [`evt.host.${event.correlation}`];
    case 'CapacityLost':
      return [`evt.host.${event.correlation}`, ...event.data.runIds.map((runId) => subjects.run(runId))];
    case 'CapacityGranted':
    case 'BlocksGranted':
      return event.data.grants.map(({ runId }) => subjects.run(runId));
    case 'ArtifactStored':
    case 'ArtifactRejected':
      return [subjects.run(event.data.runId), subjects.edge(event.data.runId, event.data.node)];
    case 'RunCompleted':
      return event.data.artifacts.map(({ artifactId }) => subjects.artifact(artifactId));
    default:
      return [];
  }
}

/** The same, of what is named by the event's own subject: a run's network, deployment and runners are nothing without it. */
function ownerOf({ subject, event }: Entry): string[] {
  const [, aggregate, runId] = subject.split('.');
  if (runId === undefined || !['network', 'deployment', 'edge'].includes(aggregate ?? '')) return [];
  return [
    `evt.run.${runId}`,
    // A runner exists because its node was planned.
    ...(aggregate === 'edge' && event?.name === 'EdgeRunnerReady' ? [`evt.deployment.${runId}`] : []),
  ];
}

/** What a stage of a run needs to have been answered. */
function stageNeeds({ subject, event }: Entry): string[] {
  if (event?.name !== 'RunStageStarted') return [];
  const runId = subject.slice('evt.run.'.length);
  if (event.data.stage === 'provision') return [`evt.network.${runId}`];
  return event.data.stage === 'database' ? [`evt.deployment.${runId}`] : [];
}

/**
 * Aggregates refer to each other: one that was removed as a whole breaks no chain of its own, but is missed by the others.
 * Of a suite that is over, every run it was to have.
 */
export function referenceCheck(report: Report): Check {
  const known = new Set<string>();
  const missed = new Set<string>();
  const runs = new Map<string, readonly string[]>();
  const over = new Map<string, Entry>();
  const need = (entry: Entry, subject: string) => {
    if (known.has(subject) || missed.has(subject)) return;
    missed.add(subject);
    report('AGGREGATE_MISSING', { sequence: entry.sequence, subject }, `${entry.subject} refers to it`);
  };
  return {
    take(entry) {
      const { event, subject } = entry;
      known.add(subject);
      if (event === undefined) return;
      for (const other of [...needsBefore(event), ...ownerOf(entry), ...stageNeeds(entry)]) need(entry, other);
      if (event.name === 'SuiteAccepted')
        runs.set(
          subject,
          event.data.runs.map(({ runId }) => subjects.run(runId)),
        );
      if (event.name === 'SuiteCompleted' || event.name === 'SuiteFailed' || event.name === 'SuiteCancelled') {
        over.set(subject, entry);
        for (const { runId } of event.data.runs) need(entry, subjects.run(runId));
      }
    },
    end() {
      for (const [subject, entry] of over) for (const run of runs.get(subject) ?? []) need(entry, run);
    },
  };
}
