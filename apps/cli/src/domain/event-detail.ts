import type { AnyRecorded } from '@benchbus/events';
import { plural } from '../render/format.ts';

const MAX = 100;

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX ? `${text.slice(0, MAX - 1)}…` : text;
};

/** The part of an event's data that tells a person most, on one line. */
export function eventDetail(event: AnyRecorded): string {
  switch (event.name) {
    case 'SuiteAccepted':
      return `${event.data.suite.name}: ${plural(event.data.runs.length, 'run')}`;
    case 'SuiteRejected':
      return short(event.data.problems.map(({ code, where }) => (where ? `${code} at ${where}` : code)).join(', '));
    case 'RunQueued':
      return `${event.data.test.name}, repeat ${event.data.repeat}`;
    case 'RunStageStarted':
      return event.data.attempt === 1 ? event.data.stage : `${event.data.stage}, attempt ${event.data.attempt}`;
    case 'NetworkReserved':
      return `${event.data.cidr} on ${event.data.hostId}`;
    case 'PlacementPlanned':
      return event.data.plan.nodes.map(({ name, address }) => `${name} ${address}`).join(', ');
    case 'NodeProvisioned':
      return `${event.data.node} ${event.data.address}`;
    case 'DatabaseReady':
      return `server ${event.data.serverVersion}`;
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
