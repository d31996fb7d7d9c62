import { containerDied, diskFull, engineProblem, oomKilled, type EngineFailure } from '@benchbus/docker';
import type { Problem } from '@benchbus/suites';

export interface StartOf {
  /** DOCKER_HOST. */
  readonly host: string;
  /** Name of the container that holds the node's address. */
  readonly pod: string;
  readonly node: string;
  readonly container: string;
  readonly image: string;
  readonly program: string;
}

const NO_PROGRAM = /executable file not found|no such file or directory: unknown|stat .*: no such file/i;
const NO_POD = /cannot join network of a non running container|No such container|joining network namespace/i;

/** The container's init says it, where the engine could start that and not the program. */
const INIT_SAYS = /^\[FATAL tini .*exec (\S+) failed: No such file/m;

const programMissing = (image: string, program: string, where: string): Problem => ({
  code: 'PROGRAM_MISSING',
  message: `image ${image} has no program ${program}`,
  where,
  hint: 'the image of that name is another than the official one: docker image inspect shows it; pull it anew, or rename it',
});

/** What the engine's refusal to start a container means. */
export function startProblem(failure: EngineFailure, of: StartOf): Problem {
  const { node, container, image, program, host, pod } = of;
  const { message } = failure;
  const where = `${node}/${container}`;
  if (failure.status !== undefined && NO_POD.test(message))
    return containerDied({ node, container: pod }, undefined, message);
  if (failure.status !== undefined && NO_PROGRAM.test(message)) return programMissing(image, program, where);
  return engineProblem(failure, { host, doing: `start container ${container}`, node, container, image });
}

export interface ContainerEnd {
  readonly node: string;
  readonly container: string;
  readonly image: string;
  readonly exitCode: number;
  /** The kernel killed something of the container for the node's memory limit. */
  readonly oomKilled: boolean;
  readonly said: string;
}

const KILLED = 137;
const NOT_FOUND = 127;
const DISK_FULL = /No space left on device/;

/** What only the container tells of its end; undefined: its own words say it better. */
export function endProblem({
  node,
  container,
  image,
  exitCode,
  oomKilled: oom,
  said,
}: ContainerEnd): Problem | undefined {
  const last = said.trimEnd().split('\n').slice(-6).join('\n');
  // All containers of a pod are told when one of them meets the limit: the one that was killed says so by its code or words.
  if (oom && (exitCode === KILLED || /terminated by signal 9|Killed|out of memory/i.test(said)))
    return oomKilled({ node, container }, last);
  const [, program] = exitCode === NOT_FOUND ? (INIT_SAYS.exec(said) ?? []) : [];
  if (program !== undefined) return programMissing(image, program, `${node}/${container}`);
  if (exitCode !== 0 && DISK_FULL.test(said)) return diskFull({ node, container }, last);
  return undefined;
}
