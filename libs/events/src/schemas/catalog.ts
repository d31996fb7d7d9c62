import { suiteAcceptedV1 } from './suite/suite-accepted.v1.ts';
import { suiteRejectedV1 } from './suite/suite-rejected.v1.ts';
import { suiteCancellingV1 } from './suite/suite-cancelling.v1.ts';
import { suiteCompletedV1 } from './suite/suite-completed.v1.ts';
import { suiteFailedV1 } from './suite/suite-failed.v1.ts';
import { suiteCancelledV1 } from './suite/suite-cancelled.v1.ts';
import { runQueuedV1 } from './run/run-queued.v1.ts';
import { runStageStartedV1 } from './run/run-stage-started.v1.ts';
import { runNetworkRequestedV1 } from './run/run-network-requested.v1.ts';
import { runDeploymentRequestedV1 } from './run/run-deployment-requested.v1.ts';
import { runReleaseRequestedV1 } from './run/run-release-requested.v1.ts';
import { runCancellingV1 } from './run/run-cancelling.v1.ts';
import { runCompletedV1 } from './run/run-completed.v1.ts';
import { runFailedV1 } from './run/run-failed.v1.ts';
import { runCancelledV1 } from './run/run-cancelled.v1.ts';
import { runExecutionLostV1 } from './run/run-execution-lost.v1.ts';
import { runReleaseOverdueV1 } from './run/run-release-overdue.v1.ts';
import { runReleasedV1 } from './run/run-released.v1.ts';
import { networkReservedV1 } from './network/network-reserved.v1.ts';
import { networkRejectedV1 } from './network/network-rejected.v1.ts';
import { networkReleasedV1 } from './network/network-released.v1.ts';
import { capacityGrantedV1 } from './capacity/capacity-granted.v1.ts';
import { capacityLostV1 } from './capacity/capacity-lost.v1.ts';
import { capacityReleasedV1 } from './capacity/capacity-released.v1.ts';
import { poolDefinedV1 } from './pool/pool-defined.v1.ts';
import { blocksGrantedV1 } from './pool/blocks-granted.v1.ts';
import { blocksReleasedV1 } from './pool/blocks-released.v1.ts';
import { blocksOccupiedV1 } from './pool/blocks-occupied.v1.ts';
import { blocksVacatedV1 } from './pool/blocks-vacated.v1.ts';
import { placementPlannedV1 } from './deployment/placement-planned.v1.ts';
import { nodeProvisionedV1 } from './deployment/node-provisioned.v1.ts';
import { deploymentReadyV1 } from './deployment/deployment-ready.v1.ts';
import { deploymentFailedV1 } from './deployment/deployment-failed.v1.ts';
import { nodeDestroyedV1 } from './deployment/node-destroyed.v1.ts';
import { deploymentDestroyedV1 } from './deployment/deployment-destroyed.v1.ts';
import { hostAnnouncedV1 } from './host/host-announced.v1.ts';
import { hostLeftV1 } from './host/host-left.v1.ts';
import { edgeRunnerReadyV1 } from './edge/edge-runner-ready.v1.ts';
import { setupStartedV1 } from './edge/setup-started.v1.ts';
import { databaseReadyV1 } from './edge/database-ready.v1.ts';
import { databaseFailedV1 } from './edge/database-failed.v1.ts';
import { workloadStartedV1 } from './edge/workload-started.v1.ts';
import { faultInjectedV1 } from './edge/fault-injected.v1.ts';
import { processDiedV1 } from './edge/process-died.v1.ts';
import { workloadFinishedV1 } from './edge/workload-finished.v1.ts';
import { workloadFailedV1 } from './edge/workload-failed.v1.ts';
import { edgeRunnerStoppedV1 } from './edge/edge-runner-stopped.v1.ts';
import { artifactStoredV1 } from './artifact/artifact-stored.v1.ts';
import { artifactRejectedV1 } from './artifact/artifact-rejected.v1.ts';
import { artifactExpiredV1 } from './artifact/artifact-expired.v1.ts';
import type { z } from 'zod';

/** The newest version of every event, by name. Older versions are reached by `definitionOfType` and upcast on read. */
export const EVENTS = {
  SuiteAccepted: suiteAcceptedV1,
  SuiteRejected: suiteRejectedV1,
  SuiteCancelling: suiteCancellingV1,
  SuiteCompleted: suiteCompletedV1,
  SuiteFailed: suiteFailedV1,
  SuiteCancelled: suiteCancelledV1,
  RunQueued: runQueuedV1,
  RunStageStarted: runStageStartedV1,
  RunNetworkRequested: runNetworkRequestedV1,
  RunDeploymentRequested: runDeploymentRequestedV1,
  RunReleaseRequested: runReleaseRequestedV1,
  RunCancelling: runCancellingV1,
  RunCompleted: runCompletedV1,
  RunFailed: runFailedV1,
  RunCancelled: runCancelledV1,
  RunExecutionLost: runExecutionLostV1,
  RunReleaseOverdue: runReleaseOverdueV1,
  RunReleased: runReleasedV1,
  NetworkReserved: networkReservedV1,
  NetworkRejected: networkRejectedV1,
  NetworkReleased: networkReleasedV1,
  CapacityGranted: capacityGrantedV1,
  CapacityReleased: capacityReleasedV1,
  CapacityLost: capacityLostV1,
  PoolDefined: poolDefinedV1,
  BlocksGranted: blocksGrantedV1,
  BlocksReleased: blocksReleasedV1,
  BlocksOccupied: blocksOccupiedV1,
  BlocksVacated: blocksVacatedV1,
  PlacementPlanned: placementPlannedV1,
  NodeProvisioned: nodeProvisionedV1,
  DeploymentReady: deploymentReadyV1,
  DeploymentFailed: deploymentFailedV1,
  NodeDestroyed: nodeDestroyedV1,
  DeploymentDestroyed: deploymentDestroyedV1,
  HostAnnounced: hostAnnouncedV1,
  HostLeft: hostLeftV1,
  EdgeRunnerReady: edgeRunnerReadyV1,
  SetupStarted: setupStartedV1,
  DatabaseReady: databaseReadyV1,
  DatabaseFailed: databaseFailedV1,
  WorkloadStarted: workloadStartedV1,
  FaultInjected: faultInjectedV1,
  ProcessDied: processDiedV1,
  WorkloadFinished: workloadFinishedV1,
  WorkloadFailed: workloadFailedV1,
  EdgeRunnerStopped: edgeRunnerStoppedV1,
  ArtifactStored: artifactStoredV1,
  ArtifactRejected: artifactRejectedV1,
  ArtifactExpired: artifactExpiredV1,
} as const;

export type EventName = keyof typeof EVENTS;
export type EventData<N extends EventName> = z.infer<(typeof EVENTS)[N]['data']>;
