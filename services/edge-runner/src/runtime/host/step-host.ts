import type { RunProcess } from '../../observe/run-processes.ts';
import type { Throttling } from '../../observe/throttling.ts';
import type { LocalUser } from '../process/local-user.ts';

/** One step of a load tool, to be run once: see process/detached-step.ts. */
export interface StepCommand {
  /** The step's own folder: lock, marks, output. It is the same path for the step and for the runner. */
  readonly dir: string;
  readonly argv: readonly [string, ...string[]];
  /** The whole environment but PATH; secrets belong here, never in argv. */
  readonly env: Readonly<Record<string, string>>;
  readonly user: LocalUser;
}

/**
 * Runs detached steps. What runs is `flock --no-fork -n -E LOCK_BUSY <dir>/lock sh -c STEP_SCRIPT benchbus-step <dir> <argv…>`
 * (process/step-script.ts), wherever it runs: the lock and the files in `dir` tell the next runner everything, so a flock has
 * to work between the step's surroundings and the runner's.
 */
export interface StepHost {
  /** Whether steps run beside the runner, so that /proc tells them, and all others' processes, apart; and with no limit of their own. */
  readonly isThisMachine: boolean;
  /** Whose rights a step runs with that is a program of the runner's own, which `user`, as others run, may not reach. */
  ownUser(user: LocalUser): LocalUser;
  /** Starts the wrapper; `gone` resolves with its exit code when it has ended, undefined after a signal. */
  spawn(step: StepCommand): Promise<{ readonly gone: Promise<number | undefined> }>;
  /** Ends a step, own or adopted, with all it started: SIGTERM, and SIGKILL when `gone` has not settled within `graceMs`. */
  end(step: StepCommand, gone: Promise<unknown>, graceMs: number): Promise<void>;
  /** What runs on the machine, of all runs; undefined: nobody can tell now. */
  processes(): Promise<readonly RunProcess[] | undefined>;
  /** What the limits of the node did to it so far; undefined: it has none, or nobody can tell. */
  throttling(): Throttling | undefined;
  /** CPU seconds of a running step, own or adopted, with all it started; undefined: it does not run, or nobody can tell. */
  cpuSeconds(step: Pick<StepCommand, 'dir'>): Promise<number | undefined>;
}
