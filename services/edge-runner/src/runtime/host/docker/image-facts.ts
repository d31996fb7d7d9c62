import type { ImageInspectInfo } from 'dockerode';
import { BenchbusError } from '@benchbus/events';
import { ensureImage } from '@benchbus/docker';
import { parseLook, type Look } from '../../../domain/image-look.ts';
import { runContainer } from './run-container.ts';
import { containerName, type Pod } from './pod.ts';

/** What an image is, and what it has. */
export interface ImageFacts {
  /** Its name with the digest of the registry's, or, where it comes from none, with its own id: what was run is proven by it. */
  readonly reference: string;
  /** Of its configuration; empty: root. */
  readonly user: string;
  /** Folders that it declares as volumes. */
  readonly volumes: readonly string[];
  /** Undefined where it has no shell to look with. */
  readonly look: Look | undefined;
}

const LOOK_TIMEOUT_MS = 60_000;
/** Lines of `name=value`; what it lacks is left out. */
const LOOK = `
id -u postgres >/dev/null 2>&1 && echo "postgres=$(id -u postgres):$(id -g postgres)"
server="$(command -v postgres 2>/dev/null || command -v psql 2>/dev/null)" && echo "bin=$(dirname "$(readlink -f "$server")")"
exit 0`;

/** `postgres:17` and `postgres@sha256:…` of a registry → `postgres:17@sha256:…`. */
function referenceOf(image: string, { Id, RepoDigests }: ImageInspectInfo): string {
  const digest = (RepoDigests ?? []).map((one) => one.split('@')[1]).find((one) => one !== undefined);
  return `${image}@${digest ?? Id}`;
}

/** One image, looked into by a short container, which costs half a second. */
async function look(pod: Pod, image: string, volumes: readonly string[], process: string): Promise<Look | undefined> {
  const end = await runContainer(
    pod,
    {
      name: containerName(pod, process, 'look'),
      ...{ process, image, imageVolumes: volumes, user: '0:0', groups: [], binds: [], env: {}, workingDir: '/' },
      argv: ['sh', '-c', LOOK],
      offline: true,
    },
    { timeoutMs: LOOK_TIMEOUT_MS, signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) },
  ).catch((error: unknown) => {
    if (error instanceof BenchbusError && error.problem.code === 'PROGRAM_MISSING') return undefined; // no shell
    throw error;
  });
  return end === undefined ? undefined : parseLook(end.stdout);
}

/**
 * Has the image pulled if it has to be, and tells what it is.
 * @param process the kind that runs in it, for the name of the container that looks
 * @throws BenchbusError IMAGE_MISSING | IMAGE_PULL_DENIED | IMAGE_PULL_FAILED | DISK_FULL | DOCKER_UNREACHABLE
 */
export async function imageFacts(pod: Pod, image: string, process: string): Promise<ImageFacts> {
  const { engine, node, pull, tell } = pod;
  let told: number | undefined;
  const onProgress = (activity: string, done: number | undefined) => {
    const tenth = done === undefined ? undefined : Math.floor(done * 10);
    if (tenth !== undefined && tenth === told) return;
    told = tenth;
    tell(done === undefined ? activity : `${activity}: ${Math.round(done * 100)} %`);
  };
  const signal = new AbortController().signal;
  await ensureImage(engine, { image, node, container: process, signal, onProgress }, pull);
  const info = await engine.ask({ doing: `inspect image ${image}`, node, image }, () =>
    engine.docker.getImage(image).inspect(),
  );
  const { User, Volumes } = info.Config;
  const volumes = Object.keys((Volumes as Record<string, unknown> | null) ?? {});
  return {
    reference: referenceOf(image, info),
    user: User,
    volumes,
    look: await look(pod, image, volumes, process),
  };
}
