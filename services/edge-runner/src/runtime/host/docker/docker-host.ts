import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { launchOf, type PlannedProcess, type ProcessKind } from '@benchbus/suites';
import { userFor } from '../../../domain/image-look.ts';
import { processFiles } from '../process-files.ts';
import type { HostedProcess, ProcessHost } from '../process-host.ts';
import type { StepHost } from '../step-host.ts';
import { DockerProcess } from './docker-process.ts';
import { imageFacts, type ImageFacts } from './image-facts.ts';
import { bindsOf, namesOthers, peersOf } from './peers.ts';
import { PEERS_DIR, type Pod } from './pod.ts';
import { requireFolder } from './require-folder.ts';
import { StartedContainers } from './started-containers.ts';

/** The group whose members' callbacks write into others' configuration folders; of no user in any image. */
const CALLBACKS_GROUP = 64_790;

/** Containers of the node's pod. */
export class DockerHost implements ProcessHost {
  readonly steps: StepHost;
  readonly #pod: Pod;
  readonly #started: StartedContainers;
  readonly #images = new Map<string, Promise<ImageFacts>>();
  readonly #processes = new Map<ProcessKind, Promise<HostedProcess>>();

  /** @param steps how load tools run beside the containers */
  constructor(pod: Pod, steps: StepHost) {
    this.#pod = pod;
    this.#started = new StartedContainers(pod);
    this.steps = steps;
  }

  process(planned: PlannedProcess): Promise<HostedProcess> {
    return remembered(this.#processes, planned.kind, () => this.#make(planned));
  }

  configDir(node: string, kind: ProcessKind): string {
    const nodeDir = node === this.#pod.node ? this.#pod.nodeDir : join(PEERS_DIR, node);
    return processFiles(nodeDir, kind).configDir;
  }

  async recordMemory(): Promise<void> {
    // Shared memory is the container's own, and gone with it.
  }

  async #make(planned: PlannedProcess): Promise<HostedProcess> {
    const { node, nodeDir } = this.#pod;
    const { kind } = planned;
    const where = `node ${node}, process ${kind}`;
    const image = launchOf(planned)?.image;
    if (image === undefined)
      throw new BenchbusError({
        code: 'IMAGE_NOT_PLANNED',
        message: `the plan names no image for ${kind}`,
        where,
        hint: 'it was made for another target, or by an older version of benchbus: start the suite again',
      });
    const facts = await remembered(this.#images, image, () => imageFacts(this.#pod, image, kind));
    const ids = userFor(kind, facts);
    if (ids === undefined || ('version' in planned && facts.look?.binDir === undefined))
      throw new BenchbusError({
        code: 'IMAGE_UNSUITABLE',
        message: `image ${image} lacks ${ids === undefined ? 'a user postgres' : "PostgreSQL's programs"}`,
        where,
        hint: 'the official images, and those of images/, have them: is another image tagged with that name?',
      });
    const folders = planned.kind === 'backup' && planned.folder !== undefined ? [planned.folder] : [];
    for (const folder of folders)
      await requireFolder(this.#pod, { folder, process: kind, image, imageVolumes: facts.volumes, ids });
    const process = new DockerProcess({
      ...{ pod: this.#pod, started: this.#started, kind, image, facts, ids },
      files: processFiles(nodeDir, kind),
      sharing: { configGroup: CALLBACKS_GROUP },
      binds: await bindsOf(this.#pod, peersOf(planned, node)),
      groups: namesOthers(planned) ? [CALLBACKS_GROUP] : [],
      folders,
    });
    await process.makeFolders();
    return process;
  }
}

/** Made once; a failure is not kept. */
function remembered<K, V>(known: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
