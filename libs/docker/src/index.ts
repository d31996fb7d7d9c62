export { readClientConfig, loginFor } from './credentials.ts';
export type { RegistryLogin } from './credentials.ts';
export { containerEventOf, watchContainers } from './container-events.ts';
export type { ContainerEvent, WatchContainers } from './container-events.ts';
export { framesOf, outputOfContainer, tailOfContainer, textOfFrames } from './container-log.ts';
export type { Frame } from './container-log.ts';
export * from './domain/docker-problems.ts';
export { engineProblem } from './domain/engine-problem.ts';
export type { EngineFailure, EngineRequest } from './domain/engine-problem.ts';
export { pullProblem } from './domain/pull-problem.ts';
export { Engine, failureOf, isGone, isSoAlready } from './engine.ts';
export { DEFAULT_HOST, engineAddress } from './engine-address.ts';
export type { EngineAddress } from './engine-address.ts';
export { DOCKER_HUB, parseImage } from './image-reference.ts';
export type { ImageReference } from './image-reference.ts';
export {
  CGROUPS_DIR,
  fenceText,
  imagesOf,
  incarnationOf,
  keptFilter,
  keptLabels,
  keptVolumeName,
  LABEL,
  labelFilter,
  labelsFor,
  networkName,
  NODE_DIR,
  podName,
  runnerName,
} from './names.ts';
export type { KeptVolume, Owner } from './names.ts';
export { ensureImage, PULL_POLICIES } from './pull.ts';
export type { PullOptions, PullPolicy, PullRequest } from './pull.ts';
export { podEnvironment, readPod } from './pod-variables.ts';
export type { PodVariables } from './pod-variables.ts';
export { untilContainerEnded } from './until-ended.ts';
