import type { AnyRecorded } from '@benchbus/events';
import { parseSubject } from '@benchbus/events';
import { plural } from './plural.ts';

const MAX = 100;

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX ? `${text.slice(0, MAX - 1)}…` : text;
};

/** The node an event of an edge runner is about: the last part of its subject. */
const nodeOf = (event: AnyRecorded): string => parseSubject(event.subject)?.ids[1] ?? '';
/** The first attempt is what everybody expects. */
const attempt = (number: number): string => (number === 1 ? '' : `attempt ${number}`);

/** The part of an event's data that tells a person most, on one line. */
export function eventDetail(event: AnyRecorded): string {
  switch (event.name) {
    case 'SuiteAccepted':
      return [
        `${event.data.suite.name}: ${plural(event.data.runs.length, 'run')}`,
        ...(event.data.rerunOf === undefined ? [] : [`repeats ${event.data.rerunOf}`]),
      ].join(', ');
    case 'SuiteRejected':
      return short(event.data.problems.map(({ code, where }) => (where ? `${code} at ${where}` : code)).join(', '));
    case 'RunQueued':
      return `${event.data.test.name}, repeat ${event.data.repeat}`;
    case 'RunStageStarted':
      return [event.data.stage, attempt(event.data.attempt)].filter((text) => text !== '').join(', ');
    case 'RunNetworkRequested':
      return `${event.data.addresses} addresses, ${event.data.cores} cores, ${event.data.sharing}`;
    case 'RunDeploymentRequested':
      return `${event.data.target}, ${event.data.cidr} on ${event.data.hostId}`;
    case 'CapacityGranted':
    case 'BlocksGranted':
      return short(event.data.grants.map(({ runId }) => runId).join(', '));
    case 'BlocksReleased':
    case 'BlocksOccupied':
    case 'BlocksVacated':
      return short(event.data.blocks.map(({ cidr }) => cidr).join(', '));
    case 'CapacityLost':
      return short([event.data.reason, ...event.data.runIds].join('; '));
    case 'CapacityReleased':
      return short(event.data.runIds.join(', '));
    case 'NetworkReleased':
      return [event.data.cidr ?? '', ...(event.data.lost === undefined ? [] : ['lost with its host'])].join(' ').trim();
    case 'PoolDefined':
      return `${event.data.cidr} in blocks of /${event.data.blockPrefix}`;
    case 'DeploymentReady':
      return attempt(event.data.attempt);
    case 'SetupStarted':
    case 'WorkloadStarted':
      return [nodeOf(event), attempt(event.data.attempt)].filter((text) => text !== '').join(', ');
    case 'FaultInjected':
      return `${nodeOf(event)}: killed ${event.data.killed.join(', ')}`;
    case 'ProcessDied':
      return short(`${nodeOf(event)}: ${event.data.process}; ${event.data.problem.code}`);
    case 'EdgeRunnerReady':
      return nodeOf(event);
    case 'EdgeRunnerStopped':
      return short(`${nodeOf(event)}: ${event.data.reason}`);
    case 'NodeDestroyed':
      return short([event.data.node, ...event.data.reclaimed].join('; reclaimed '));
    case 'DeploymentDestroyed':
    case 'RunReleaseRequested':
    case 'RunCancelling':
    case 'RunCancelled':
    case 'SuiteCancelling':
    case 'HostLeft':
      return short(event.data.reason);
    case 'SuiteCompleted':
    case 'SuiteFailed':
    case 'SuiteCancelled':
      return short(event.data.runs.map(({ runId, outcome }) => `${runId} ${outcome}`).join(', '));
    case 'RunReleased':
      return '';
    case 'NetworkReserved':
      return `${event.data.cidr} on ${event.data.hostId}`;
    case 'PlacementPlanned':
      return event.data.plan.nodes.map(({ name, address }) => `${name} ${address}`).join(', ');
    case 'NodeProvisioned':
      return `${event.data.node} ${event.data.address}`;
    case 'DatabaseReady':
      return `${nodeOf(event)}: server ${event.data.serverVersion}`;
    case 'WorkloadFinished':
    case 'RunCompleted':
      return `${event.data.summary.tps.toFixed(1)} tps, ${event.data.artifacts.length} artifacts`;
    case 'ArtifactStored':
      return `${event.data.name}, ${event.data.bytes} bytes`;
    case 'RunFailed':
    case 'NetworkRejected':
    case 'DeploymentFailed':
    case 'DatabaseFailed':
    case 'WorkloadFailed':
    case 'ArtifactRejected':
      return short(`${event.data.problem.code}: ${event.data.problem.message}`);
    case 'RunReleaseOverdue':
      return short(event.data.left.join(', '));
    case 'HostAnnounced':
      return `${event.data.hostname}: ${event.data.targets.map(({ name }) => name).join(', ')}; ${event.data.cores} cores`;
    default:
      return short(event.data);
  }
}
