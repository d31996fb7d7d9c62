import type { PlannedProcess, Problem, ProcessKind } from '@benchbus/suites';
import type { ProgramEnd } from '../process/run-program.ts';
import type { StepHost } from './step-host.ts';

/**
 * Where the processes of one node run: as processes of this machine (`local/`), or as containers of the node's pod
 * (`docker/`). A host knows places, starts and stops; what is started, when, and what proves it, is the executor's matter
 * (`topology/`). Everything it makes carries the node's labels, and outlives the runner: the next runner's host, made of the
 * same configuration, finds it again. So every method is repeatable after a kill -9 of the runner at any point.
 */
export interface ProcessHost {
  /**
   * A process of this node, with its programs found and its folders made; starts nothing.
   * @throws BenchbusError PROGRAM_MISSING | PROGRAM_UNSUITABLE | NODE_DIR_NOT_ACCESSIBLE, or what this host's images lack
   */
  process(planned: PlannedProcess): Promise<HostedProcess>;
  /** The configuration folder of any process of the run, as this node's processes see it (`${CONFIG_DIR:<node>/<kind>}`). */
  configDir(node: string, kind: ProcessKind): string;
  /** How the detached steps of load tools run. */
  readonly steps: StepHost;
  /** Notes what would outlive a kill -9 of all that runs here (shared memory), for whoever destroys the node. */
  recordMemory(): Promise<void>;
}

/** What the placeholders of a process stand for: paths that are the same for the process and for the runner. */
export interface ProcessPlace {
  /** Empty until it is prepared. */
  readonly dataDir: string;
  /** Generated files. */
  readonly configDir: string;
  /** Pid files, sockets, logs of its own. */
  readonly runDir: string;
  /** PostgreSQL's programs, of the version planned, else the newest there is; undefined where there are none. */
  readonly binDir: string | undefined;
}

/** A program by its upstream name, with resolved arguments (never secret: everybody reads them) and environment. */
export interface HostCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The process's own; the host adds its labels and what finding programs needs. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ProcessEnded {
  /** Undefined when a signal ended it, or where an adopted process's code is not known. */
  readonly code: number | undefined;
  /** What it logged since it was started, the end of it, at most 64 KiB. */
  readonly said: string;
  /** What the host knows of the reason and the process itself cannot say: it was killed for its memory. */
  readonly problem?: Problem;
}

export interface FollowLog {
  /** `end`: only what comes from now on. */
  readonly from: 'start' | 'end';
  readonly onLine: (line: string) => void;
  /** So many bytes were left out, because the log grew faster than it may be read. */
  readonly onSkipped: (bytes: number) => void;
}

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly graceMs?: number | undefined;
}

/** One process of the node and its surroundings: user, programs, network, folders. */
export interface HostedProcess {
  readonly kind: ProcessKind;
  readonly place: ProcessPlace;
  /** What the host itself can prove of it, for DatabaseReady: `image.<kind>`. */
  readonly facts?: Readonly<Record<string, string>>;
  /** A small file of the runner's own beside the process's folders; undefined if it is not there. Survives `clear`. */
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, content: string): Promise<void>;
  /** Whole or not at all, below the configuration folder, for the process's user. @param mode octal, `0600` */
  writeFile(path: string, content: string, mode: string): Promise<void>;
  hasFile(path: string): Promise<boolean>;
  removeFile(path: string): Promise<void>;
  /** Empties the folders of data, configuration and run. Nothing of the process may run. */
  clear(): Promise<void>;
  /**
   * Runs a short command to its end, as the process would run it. The process itself need not run; the command is ended with
   * the signal, at the timeout, and, like everything here, when the node is destroyed. With `graceMs` it is asked to end
   * first (SIGTERM), where the host can ask; without, and after so long, it is killed.
   * @throws BenchbusError PROGRAM_MISSING | the signal's reason | TimeoutError
   */
  run(command: HostCommand, options: RunOptions): Promise<ProgramEnd>;
  /** Resolves when no command of an earlier runner (`run`) goes on any more: a killed runner's may for a moment. */
  untilIdle(signal: AbortSignal): Promise<void>;
  /**
   * Refuses ports that cannot be listened on at the node's address, as far as the host can tell before.
   * @throws BenchbusError ADDRESS_IN_USE naming the holder | ADDRESS_NOT_USABLE
   */
  requireFreePorts(address: string, ports: readonly number[]): Promise<void>;
  /** Starts it detached; at most one runs at a time, so `adopted` where one runs already, whoever started it. */
  start(command: HostCommand): Promise<'started' | 'adopted'>;
  isRunning(): Promise<boolean>;
  /** Resolves when it has ended (at once if it does not run); rejects with the signal's reason. */
  untilEnded(signal: AbortSignal): Promise<ProcessEnded>;
  /**
   * Asks the process itself to end, and after its end, or `graceMs`, ends whatever of it is left (Patroni's server too), so
   * that no shared memory stays. Resolves when nothing of it runs.
   */
  stop(how: { readonly signal: NodeJS.Signals; readonly graceMs: number }): Promise<void>;
  /** kill -9 of everything of it at once, children included, as a machine fails; for faults. What it leaves stays. */
  kill(): Promise<void>;
  followLog(options: FollowLog): Promise<{ stop(): Promise<void> }>;
}
