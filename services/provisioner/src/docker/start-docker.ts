import { resolve } from 'node:path';
import { Engine, engineAddress } from '@benchbus/docker';
import { blockCount, contains } from '@benchbus/suites';
import type { ServiceContext } from '@benchbus/service';
import type { EventData } from '@benchbus/events';
import { BenchbusError, problemOf } from '@benchbus/events';
import { hostRoutes } from '../adapters/host-routes.ts';
import { installationKey } from '../adapters/installation-key.ts';
import { stroppySettings, type ProvisionerConfig } from '../config.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import { offeredPools } from '../pool-settings.ts';
import type { RunnerWatchOptions } from './runner-watch.ts';
import { DockerTarget } from './docker-target.ts';
import { DockerSeeker } from './docker-seeker.ts';
import { KeptVolumes } from './kept-volumes.ts';
import { engineFacts } from './engine-facts.ts';
import type { EngineFacts } from './engine-facts.ts';
import { foreignSubnets, ownSubnets } from './network.ts';
import { ENGINE_SOCKET } from './pod-containers.ts';

type Announced = EventData<'HostAnnounced'>;

/** What this host offers as `docker`. */
export interface ServedDocker {
  readonly target: DockerTarget;
  /** Copies of loaded data on the engine. */
  readonly kept: KeptVolumes;
  readonly offer: Announced['targets'][number];
  readonly versions: Announced['versions'];
  /** Parts of the pool that something else uses, now. */
  occupied(): Promise<Announced['occupied']>;
}

type Context = ServiceContext<ProvisionerConfig>;
/** How runners get access to NATS. */
type Runners = Pick<Enrolment, 'runnerCode' | 'enrols'>;

/** The engine and its facts; undefined where none answers, which is an error only when DOCKER_HOST asks for one. */
async function findEngine(
  { config, logger }: Context,
  said: Set<string>,
): Promise<{ engine: Engine; facts: EngineFacts } | undefined> {
  try {
    const engine = new Engine(engineAddress(process.env), config.BENCHBUS_DOCKER_TIMEOUT_MS);
    return { engine, facts: await engineFacts(engine) };
  } catch (error) {
    const problem = problemOf(error);
    // Each once: it is looked for again and again.
    if (said.size === said.add(problem.message).size) return undefined;
    if (process.env['DOCKER_HOST']) logger.error(problem, 'target docker is not served yet');
    else logger.debug(problem, 'no Docker engine: target docker is not served');
    return undefined;
  }
}

/** @throws BenchbusError DOCKER_POOL_INVALID */
function requirePool(cidr: string, blockPrefix: number): void {
  if (blockCount(cidr, blockPrefix) > 0) return;
  throw new BenchbusError({
    code: 'DOCKER_POOL_INVALID',
    message: `${cidr} has no block of /${blockPrefix}`,
    where: 'BENCHBUS_DOCKER_BLOCK_PREFIX',
    hint: 'a pool has at least one block: make BENCHBUS_DOCKER_CIDR larger, or the prefix longer',
  });
}

const socketOf = (config: Context['config'], { host }: Engine): string =>
  config.BENCHBUS_DOCKER_SOCKET ?? (host.startsWith('unix://') ? host.slice('unix://'.length) : ENGINE_SOCKET);

/** Looks for an engine, now and as long as none answers. @throws BenchbusError DOCKER_POOL_INVALID */
export function seekDocker(
  service: Context,
  mayRestart: RunnerWatchOptions['mayRestart'],
  runners: Runners,
): DockerSeeker {
  const { config, logger } = service;
  requirePool(config.BENCHBUS_DOCKER_CIDR, config.BENCHBUS_DOCKER_BLOCK_PREFIX);
  const said = new Set<string>();
  const look = () => serveDocker(service, mayRestart, runners, said);
  return new DockerSeeker({ look, intervalMs: config.BENCHBUS_DOCKER_LOOK_MS, logger });
}

/** Target `docker`, when an engine answers; it is followed from now on. @param said of engines that did not */
async function serveDocker(
  service: Context,
  mayRestart: RunnerWatchOptions['mayRestart'],
  runners: Runners,
  said: Set<string>,
): Promise<ServedDocker | undefined> {
  const { config, bus, logger } = service;
  const found = await findEngine(service, said);
  if (found === undefined) return undefined;
  const { engine, facts } = found;
  const installation = config.BENCHBUS_INSTALLATION;
  const [cidr, blockPrefix] = [config.BENCHBUS_DOCKER_CIDR, config.BENCHBUS_DOCKER_BLOCK_PREFIX];
  const crashDir = process.env['BENCHBUS_CRASH_DIR'];
  const target = new DockerTarget({
    engine,
    facts,
    installation,
    runnerImage: config.BENCHBUS_RUNNER_IMAGE,
    socket: socketOf(config, engine),
    runnerEnv: { NATS_URL: config.NATS_URL },
    runnerBinds: crashDir === undefined ? [] : [crashDir],
    key: installationKey(resolve(config.BENCHBUS_STATE_DIR)),
    stroppy: stroppySettings(config),
    secretsDir: config.BENCHBUS_SECRETS_DIR,
    externalReleaseMs: config.BENCHBUS_EXTERNAL_RELEASE_MS,
    graceMs: config.BENCHBUS_NODE_STOP_GRACE_MS,
    limits: {
      restarts: config.BENCHBUS_RUNNER_RESTARTS,
      windowMs: config.BENCHBUS_RUNNER_RESTART_WINDOW_MS,
      backoffMs: config.BENCHBUS_RUNNER_BACKOFF_MS,
    },
    pull: {
      policy: config.BENCHBUS_PULL_POLICY,
      retries: config.BENCHBUS_PULL_RETRIES,
      backoffMs: config.BENCHBUS_PULL_BACKOFF_MS,
      timeoutMs: config.BENCHBUS_PULL_TIMEOUT_MS,
    },
    logger: logger.child({ name: 'docker' }),
    mayRestart,
    runnerCode: runners.runnerCode,
    enrols: runners.enrols,
    onProgress: (runId, node, activity, done) =>
      bus.telemetry.progress({
        ...{ runId, node, activity, time: new Date().toISOString() },
        ...(done === undefined ? {} : { done }),
      }),
  });
  return {
    target,
    kept: new KeptVolumes(engine, installation),
    offer: {
      name: 'docker',
      ...offeredPools({ cidr, blockPrefix }, config.BENCHBUS_DOCKER_EXCLUDE, config.BENCHBUS_DOCKER_OTHER_POOLS),
    },
    versions: { docker: [facts.version] },
    occupied: async () => {
      const own = await ownSubnets(engine, installation);
      const routes = facts.isHere
        ? hostRoutes().filter((route) => !own.some((mine) => contains(mine, route.cidr)))
        : [];
      const seen = new Map([...routes, ...(await foreignSubnets(engine, installation))].map((one) => [one.cidr, one]));
      return [...seen.values()].sort((a, b) => (a.cidr < b.cidr ? -1 : 1));
    },
  };
}
