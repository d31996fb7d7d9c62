import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listeners } from '@benchbus/processes';
import { namedEffect, observeReplicas, type RunningService, type ServiceContext } from '@benchbus/service';
import { hostFacts } from './adapters/host-facts.ts';
import type { HostFacts } from './adapters/host-facts.ts';
import { hostId } from './adapters/host-id.ts';
import { installationKey } from './adapters/installation-key.ts';
import { takePoolInTurn } from './adapters/pool-standby.ts';
import { announceAgain, announceHost, leaveHost } from './app/announcer.ts';
import type { Announcement } from './app/announcer.ts';
import { sweepKept } from './app/release-kept.ts';
import { KeptStores } from './app/kept-stores.ts';
import { resumeRuns, runEvents } from './app/handle-run-event.ts';
import { Lanes } from './app/lanes.ts';
import { LostRuns } from './app/lost-runs.ts';
import { observeDeployments } from './adapters/metrics.ts';
import { OpenDeployments } from './app/open-deployments.ts';
import { Targets } from './app/targets.ts';
import type { ProvisionerContext } from './app/provisioner-context.ts';
import { readDeployment, readRun } from './app/views.ts';
import { stroppySettings, type ProvisionerConfig } from './config.ts';
import { mayRestartRunner } from './domain/may-restart.ts';
import { SteadyClaims } from './domain/steady-claims.ts';
import type { RunnerCode } from './enrolment/runner-code.ts';
import { serveEnrolment } from './enrolment/serve-enrolment.ts';
import type { ServedDocker } from './docker/start-docker.ts';
import { seekDocker } from './docker/start-docker.ts';
import { answerJanitor, settleLoss, startJanitor, sweep } from './janitor/index.ts';
import { answerNodeAccess } from './local/answer-node-access.ts';
import { checkLocalDir } from './local/local-dir.ts';
import { KeptFolders } from './local/kept-folders.ts';
import { LocalTarget } from './local/local-target.ts';
import { localUser } from './local/local-user.ts';
import { nodeFolders, readLabel } from './local/node-folder.ts';
import type { NodeLabel } from './local/node-folder.ts';
import { occupiedBlocks } from './local/occupied-blocks.ts';
import { defaultRunnerCommand } from './local/runner-command.ts';
import { serveYandex } from './yandex/start-yandex.ts';
import type { ServedYandex } from './yandex/start-yandex.ts';

type Context = ServiceContext<ProvisionerConfig>;

/** Exists and is absolute, without links, as /proc will name it; a folder that cannot be made is reported per deployment. */
function realLocalDir(config: Context['config']): string {
  const wanted = resolve(config.BENCHBUS_LOCAL_DIR ?? join(tmpdir(), `benchbus-${config.BENCHBUS_INSTALLATION}`));
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o711 });
    return realpathSync(wanted);
  } catch {
    return wanted;
  }
}

type MayRestart = (label: Pick<NodeLabel, 'run' | 'fence'>) => Promise<boolean>;

function makeTarget(
  { config, logger }: Context,
  mayRestart: MayRestart,
  localDir: string,
  facts: HostFacts,
  runnerCode: RunnerCode,
): LocalTarget {
  return new LocalTarget({
    installation: config.BENCHBUS_INSTALLATION,
    localDir,
    user: localUser(config.BENCHBUS_LOCAL_USER),
    versions: facts.versions,
    stroppy: stroppySettings(config),
    runnerCommand: config.BENCHBUS_EDGE_RUNNER_COMMAND ?? defaultRunnerCommand(),
    runnerEnv: { NATS_URL: config.NATS_URL },
    key: installationKey(resolve(config.BENCHBUS_STATE_DIR)),
    secretsDir: config.BENCHBUS_SECRETS_DIR,
    externalReleaseMs: config.BENCHBUS_EXTERNAL_RELEASE_MS,
    graceMs: config.BENCHBUS_NODE_STOP_GRACE_MS,
    limits: {
      restarts: config.BENCHBUS_RUNNER_RESTARTS,
      windowMs: config.BENCHBUS_RUNNER_RESTART_WINDOW_MS,
      backoffMs: config.BENCHBUS_RUNNER_BACKOFF_MS,
    },
    logger: logger.child({ name: 'runners' }),
    mayRestart,
    runnerCode,
  });
}

/** Asks the log, before each restart of a runner. */
const askLog =
  ({ bus }: Context, hostId: string): MayRestart =>
  async ({ run: runId, fence }) => {
    const [run, deployment] = await Promise.all([readRun(bus.log, runId), readDeployment(bus.log, runId)]);
    return mayRestartRunner({ run, deployment, fence, hostId, now: Date.now() });
  };

async function announcement(
  config: Context['config'],
  facts: HostFacts,
  cidr: string,
  localDir: string,
  docker: ServedDocker | undefined,
  yandex: ServedYandex | undefined,
  claims: SteadyClaims<Announcement['occupied'][number]>,
): Promise<Announcement> {
  const labels = nodeFolders(localDir, config.BENCHBUS_INSTALLATION).map(({ dir }) => readLabel(dir)?.address ?? '');
  const listening = listeners().map(({ address }) => address);
  return {
    hostname: facts.hostname,
    installation: config.BENCHBUS_INSTALLATION,
    targets: [
      { name: 'local', pool: { cidr, blockPrefix: 24 } },
      ...[docker, yandex].flatMap((served) => served?.offer ?? []),
    ],
    cores: facts.cores,
    memoryBytes: facts.memoryBytes,
    occupied: claims.look([...occupiedBlocks(cidr, listening, new Set(labels)), ...((await docker?.occupied()) ?? [])]),
    versions: { ...facts.versions, ...docker?.versions, ...yandex?.versions },
  };
}

/** What the host offers: found, unless the operator says less. */
async function offeredFacts(config: Context['config']): Promise<HostFacts> {
  const found = await hostFacts();
  return {
    ...found,
    cores: config.BENCHBUS_HOST_CORES ?? found.cores,
    memoryBytes: config.BENCHBUS_HOST_MEMORY_BYTES ?? found.memoryBytes,
  };
}

/** Pool → runners adopted → alive → leftovers swept → host announced → work taken. */
export async function startProvisioner(service: Context): Promise<RunningService> {
  const { config, bus, logger, signal } = service;
  const installation = config.BENCHBUS_INSTALLATION;
  const id = hostId(resolve(config.BENCHBUS_STATE_DIR));
  const localDir = realLocalDir(config);
  const facts = await offeredFacts(config);
  const lock = { locksDir: config.BENCHBUS_LOCAL_LOCKS_DIR, installation, localDir };
  const pool = await takePoolInTurn(lock, { lookMs: config.BENCHBUS_STANDBY_LOOK_MS || undefined, signal, logger });
  if (pool === undefined) return { stop: () => Promise.resolve() };
  const unusable = checkLocalDir(localDir, localUser(config.BENCHBUS_LOCAL_USER));
  if (unusable !== undefined) logger.error(unusable, 'no node can be made on this host');

  const mayRestart = askLog(service, id);
  const enrolment = await serveEnrolment(service, id);
  const local = makeTarget(service, mayRestart, localDir, facts, enrolment.runnerCode);
  const seeker = seekDocker(service, mayRestart, enrolment);
  let docker = await seeker.first();
  const yandex = await serveYandex(service, id, (node) => enrolment.issue(node));
  const targets = new Targets([local, ...[docker, yandex].flatMap((served) => served?.target ?? [])], logger);
  const copies = [new KeptFolders(localDir, installation), ...(docker === undefined ? [] : [docker.kept])];
  const kept = new KeptStores(copies, logger);
  const lost = new LostRuns();
  const claims = new SteadyClaims<Announcement['occupied'][number]>();
  const announce = async () => {
    const offer = await announcement(config, facts, pool.cidr, localDir, docker, yandex, claims);
    await announceHost(bus.log, id, offer, lost);
  };
  const context: ProvisionerContext = { bus, logger, hostId: id, host: facts, targets, kept, lost, announce };
  const lanes = new Lanes(signal);
  const open = new OpenDeployments();
  await open.start(bus.log, id);
  observeDeployments(open);
  observeReplicas(bus.liveness, logger);
  const adopted = local.adopt(bus.log.incarnation);
  /** The host's own, and those that it may have to answer for. */
  const toLookAt: Iterable<string> = {
    *[Symbol.iterator]() {
      yield* open.runs;
      yield* open.ofOthers((target) => targets.placeOf(target) !== undefined);
    },
  };
  let isAnnounced = false;
  const sweepAll = async () => {
    const loss = lost.last;
    await sweep(context, lanes, toLookAt);
    await sweepKept(context, false);
    await settleLoss(context, lanes, lost, loss);
    // Others' networks come and go, and nobody says so. One that was taken for gone offers itself anew when what it had is removed.
    if (isAnnounced) await announceAgain(context);
  };
  let lookAgain = (): Promise<void> => Promise.resolve();
  // Whoever removes something is seen to live: else another host takes what it works on for a dead one's.
  const held = { installation, instance: service.instance };
  await lost.start(bus.log, id, () => void lookAgain());
  const liveness = await namedEffect('liveness-hold', () => bus.liveness.hold(`host.${id}`, held));
  const janitor = startJanitor(sweepAll, config.BENCHBUS_JANITOR_INTERVAL_MS, logger);
  lookAgain = () => janitor.again();
  await janitor.first;
  await announce();
  isAnnounced = true;
  const questions = await Promise.all([
    answerJanitor({ context, lanes, open: toLookAt, hostname: facts.hostname, staleLocks: () => pool.stale() }),
    answerNodeAccess({
      bus,
      hostId: id,
      installation,
      localDir,
      stateDir: resolve(config.BENCHBUS_STATE_DIR),
      user: localUser(config.BENCHBUS_LOCAL_USER),
    }),
  ]);
  const consuming = await bus.consumeEvents(runEvents(context, lanes, config.BENCHBUS_DESTROY_RETRY_MS));
  const resumed = resumeRuns(context, lanes, open.runs, config.BENCHBUS_DESTROY_RETRY_MS);
  if (docker === undefined)
    seeker.goOn(async (found) => {
      targets.add(found.target);
      kept.add(found.kept);
      docker = found;
      // What is left there of what was lost goes first; then it is announced.
      await janitor.again();
      logger.info({ host: id, engine: found.versions['docker'] }, 'a Docker engine answers: target docker is served');
      await resumeRuns(context, lanes, open.runs, config.BENCHBUS_DESTROY_RETRY_MS);
    });
  logger.info(
    { host: id, pool: pool.cidr, localDir, adopted },
    `provisioner serves ${[...targets.names].join(' and ')}`,
  );

  return {
    stop: async () => {
      await Promise.all([
        seeker.stop(),
        janitor.stop(),
        enrolment.stop(),
        ...questions.map((answering) => answering.stop()),
      ]);
      await Promise.all([consuming.stop(), resumed]);
      await targets.release();
      await open.stop();
      await lost.stop();
      // Nodes survive us: then the host has not left, and a restart needs the same addresses.
      if ((await targets.listSeen()).length === 0 && open.runs.size === 0) {
        await leaveHost(bus.log, id, 'stopped');
        await namedEffect('pool-release', () => pool.release());
      }
      await namedEffect('liveness-end', () => liveness.stop());
    },
  };
}
