import { stat } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';
import { keptLabels, keptVolumeName, LABEL, nameTaken, type KeptVolume } from '@benchbus/docker';
import { crashPoint } from '@benchbus/service';
import { containerName, type PodWithTools } from '../runtime/host/docker/pod.ts';
import { runContainer } from '../runtime/host/docker/run-container.ts';
import type { HostedProcess, RunOptions } from '../runtime/host/process-host.ts';
import type { ProgramEnd } from '../runtime/process/run-program.ts';
import { copyFailed } from './copy-failed.ts';
import type { CopyOwner, DataCopies } from './data-copies.ts';
import { markerText, readMarker } from './kept-marker.ts';

/** Where the copy's volume is in the containers that fill and read it. */
const KEPT_DIR = '/benchbus/kept';
const LOOK_TIMEOUT_MS = 60_000;

/** As on `local`: blocks are shared where the file system can, and nothing is left to be flushed during a measurement. */
const COPY = 'cp --archive --reflink=auto --no-target-directory "$1" "$2" && sync --file-system "$2"';
const MAKE = `rm -rf "$3" && mkdir -m 700 "$3" && ${COPY}`;
/** The marker on the disk, then the name: there is no moment at which half a copy bears it. */
const FINISH =
  'printf "%s\\n" "$3" >"$1/kept.json" && sync "$1/kept.json" "$1" && mv -T "$1" "$2" && sync "$(dirname "$2")"';

interface Step extends RunOptions {
  /** `uid:gid`; not given: the process's own. */
  readonly user?: string;
  readonly readOnly?: boolean;
}

/**
 * Copies of loaded data as volumes of the engine, for the runs of one suite: one a copy, with the labels of the suite and none of
 * a run. In it `<incarnation>/data` beside `kept.json`; what is being made is in `.<run>`. All is done by short containers of the
 * runner's image with both volumes and without network: only they can be found and ended when the runner is gone.
 */
export class DockerCopies implements DataCopies {
  readonly #pod: PodWithTools;
  readonly #owner: CopyOwner;

  constructor(pod: PodWithTools, owner: CopyOwner) {
    this.#pod = pod;
    this.#owner = owner;
  }

  /** Load tools are the runner image's. */
  async programs({ kind, facts = {} }: HostedProcess): Promise<readonly string[]> {
    const { engine, node, runnerImage } = this.#pod;
    const { Id } = await engine.ask({ doing: `inspect image ${runnerImage}`, node, image: runnerImage }, () =>
      engine.docker.getImage(runnerImage).inspect(),
    );
    return [facts[`image.${kind}`] ?? 'unknown', Id];
  }

  async has(copy: string, hosted: HostedProcess): Promise<boolean> {
    if (!(await this.#isThere(copy))) return false;
    const how = { timeoutMs: LOOK_TIMEOUT_MS, signal: AbortSignal.timeout(LOOK_TIMEOUT_MS), readOnly: true };
    const { code, stdout } = await this.#run(copy, hosted, ['cat', `${this.#whole}/kept.json`], how);
    const found = code === 0 ? readMarker(stdout) : undefined;
    const { installation, suite, incarnation } = this.#owner;
    return (
      found?.copy === copy &&
      found.installation === installation &&
      found.suite === suite &&
      found.incarnation === incarnation
    );
  }

  /** A volume that a killed runner left unfinished is used: what it holds bears no copy's name. */
  async keep(copy: string, hosted: HostedProcess, options: RunOptions): Promise<void> {
    const { run } = this.#owner;
    const making = `${KEPT_DIR}/.${run}`;
    const { dataDir } = hosted.place;
    await this.#makeVolume(copy, hosted, options);
    crashPoint('before.data-copy');
    try {
      const made = await this.#sh(copy, hosted, MAKE, [dataDir, `${making}/data`, making], options);
      if (made.code !== 0) throw copyFailed(`${dataDir} could not be copied`, made.stderr, this.#volume(copy));
      crashPoint('after.data-copy');
      const image = hosted.facts?.[`image.${hosted.kind}`] ?? 'unknown';
      const text = markerText({ ...this.#owner, copy, image, keptAt: new Date().toISOString() });
      const finish = (script: string) => this.#sh(copy, hosted, script, [making, this.#whole, text], options);
      let named = await finish(FINISH);
      // What bears the name is another run's, which is as good, or has no marker that can be read.
      if (named.code !== 0 && !(await this.has(copy, hosted))) named = await finish(`rm -rf "$2" && ${FINISH}`);
      else if (named.code !== 0) return await this.#discard(copy, hosted, making);
      if (named.code !== 0) throw copyFailed('the copy could not be finished', named.stderr, this.#volume(copy));
    } catch (error) {
      // The room that it takes; that it could not be given back is not what went wrong.
      await this.#discard(copy, hosted, making).catch(() => undefined);
      throw error;
    }
    crashPoint('after.data-keep');
  }

  async restore(copy: string, hosted: HostedProcess, options: RunOptions): Promise<void> {
    const { dataDir } = hosted.place;
    const how = { ...options, readOnly: true };
    const done = await this.#sh(copy, hosted, COPY, [`${this.#whole}/data`, dataDir], how);
    if (done.code !== 0) throw copyFailed(`the kept copy could not be copied`, done.stderr, dataDir);
  }

  get #whole(): string {
    return `${KEPT_DIR}/${this.#owner.incarnation}`;
  }

  #volume(copy: string): string {
    return keptVolumeName(this.#of(copy));
  }

  #of(copy: string): KeptVolume {
    return { ...this.#owner, copy };
  }

  /** @throws BenchbusError CONTAINER_NAME_TAKEN */
  async #isThere(copy: string): Promise<boolean> {
    const { engine, node } = this.#pod;
    const name = this.#volume(copy);
    const found = await engine.askIfThere({ doing: `inspect volume ${name}`, node }, () =>
      engine.docker.getVolume(name).inspect(),
    );
    if (found === undefined) return false;
    const labels = (found.Labels as Record<string, string> | null) ?? {};
    if (labels[LABEL.installation] === this.#owner.installation && labels[LABEL.kept] === copy) return true;
    throw new BenchbusError(nameTaken(`volume ${name}`, { node }));
  }

  /** Its folder is root's, without any rights over others' files, and opened for the user of the data. */
  async #makeVolume(copy: string, hosted: HostedProcess, options: RunOptions): Promise<void> {
    await this.#isThere(copy);
    const { code, stderr } = await this.#run(copy, hosted, ['chmod', '1777', KEPT_DIR], { ...options, user: '0:0' });
    if (code !== 0) throw copyFailed('the volume cannot be used', stderr, this.#volume(copy));
  }

  async #discard(copy: string, hosted: HostedProcess, making: string): Promise<void> {
    const how = { timeoutMs: LOOK_TIMEOUT_MS, signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) };
    await this.#run(copy, hosted, ['rm', '-rf', making], how);
  }

  #sh(copy: string, hosted: HostedProcess, script: string, args: readonly string[], step: Step): Promise<ProgramEnd> {
    return this.#run(copy, hosted, ['sh', '-c', script, 'benchbus-copy', ...args], step);
  }

  /** Bears the name of the process's commands, so that whoever goes on after a killed runner ends it before the server starts. */
  async #run(
    copy: string,
    hosted: HostedProcess,
    argv: readonly [string, ...string[]],
    step: Step,
  ): Promise<ProgramEnd> {
    const { user, readOnly = false, ...limits } = step;
    const of = this.#of(copy);
    await hosted.untilIdle(limits.signal);
    const { uid, gid } = await stat(hosted.place.runDir);
    return runContainer(
      this.#pod,
      {
        name: containerName(this.#pod, hosted.kind, 'command'),
        ...{ process: hosted.kind, image: this.#pod.runnerImage, imageVolumes: [], groups: [], binds: [] },
        user: user ?? `${uid}:${gid}`,
        argv,
        env: { LC_ALL: 'C', TINI_KILL_PROCESS_GROUP: '1' },
        workingDir: '/',
        volumes: [{ name: keptVolumeName(of), target: KEPT_DIR, labels: keptLabels(of), readOnly }],
        offline: true,
      },
      limits,
    );
  }
}
