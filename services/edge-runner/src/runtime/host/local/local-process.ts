import { identify, isLocked, LOCK_BUSY, lockHolder, untilUnlocked, type ProcessId } from '@benchbus/processes';
import type { ProcessKind } from '@benchbus/suites';
import { followFile } from '../../process/follow-file.ts';
import type { LocalUser } from '../../process/local-user.ts';
import { runProgram, type ProgramEnd } from '../../process/run-program.ts';
import type { FollowLog, HostCommand, HostedProcess, ProcessEnded, ProcessPlace, RunOptions } from '../process-host.ts';
import { endMembers, killMembers } from './end-members.ts';
import { requireFreePort } from '../free-ports.ts';
import { logEnd, logSize } from './log-end.ts';
import { membersOf, type Member } from './members.ts';
import type { ProcessFiles } from '../process-files.ts';
import { ProcessFolders } from '../process-folders.ts';
import { findProgram, searchPath } from './programs.ts';
import { spawnProcess, type Spawned } from './spawn-process.ts';

export interface LocalProcessSpec {
  readonly kind: ProcessKind;
  readonly files: ProcessFiles;
  readonly binDir: string | undefined;
  readonly user: LocalUser;
  /** Of this process alone: with its kind. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where in the log the process that runs began to speak. */
const STARTED = 'started';

/** A process of this machine. */
export class LocalProcess extends ProcessFolders implements HostedProcess {
  readonly kind: ProcessKind;
  readonly place: ProcessPlace;
  readonly #spec: LocalProcessSpec;
  readonly #path: string;
  #child: Spawned | undefined;

  constructor(spec: LocalProcessSpec) {
    super(spec.files, spec.user);
    const { dataDir, configDir, runDir } = spec.files;
    this.#spec = spec;
    this.kind = spec.kind;
    this.place = { dataDir, configDir, runDir, binDir: spec.binDir };
    this.#path = searchPath(spec.binDir);
  }

  /** @throws BenchbusError PROGRAM_MISSING */
  find(program: string): Promise<string> {
    return findProgram(program, this.#path);
  }

  async run(command: HostCommand, options: RunOptions): Promise<ProgramEnd> {
    const file = await this.find(command.program);
    return runProgram({
      argv: ['flock', '--no-fork', this.#spec.files.commandLock, file, ...command.args],
      env: this.#environment(command),
      user: this.#spec.user,
      ...options,
    });
  }

  untilIdle(signal: AbortSignal): Promise<void> {
    return untilUnlockedIfThere(this.#spec.files.commandLock, signal);
  }

  async requireFreePorts(address: string, ports: readonly number[]): Promise<void> {
    for (const port of ports) await requireFreePort(address, port);
  }

  async start(command: HostCommand): Promise<'started' | 'adopted'> {
    const { files, user } = this.#spec;
    if (await this.isRunning()) return 'adopted';
    const argv = [await this.find(command.program), ...command.args];
    await this.writeNote(STARTED, JSON.stringify({ from: await logSize(files.log) }));
    this.#child = spawnProcess(files, argv, this.#environment(command), user);
    return 'started';
  }

  isRunning(): Promise<boolean> {
    // Ours may not have its lock yet.
    if (this.#child !== undefined && !this.#child.isOver()) return Promise.resolve(true);
    return isLocked(this.#spec.files.lock);
  }

  async untilEnded(signal: AbortSignal): Promise<ProcessEnded> {
    let code = await this.#ownEnd(signal);
    if (code === LOCK_BUSY || this.#child === undefined) {
      code = undefined;
      await untilUnlockedIfThere(this.#spec.files.lock, signal);
    }
    const { from } = JSON.parse((await this.readNote(STARTED)) ?? '{}') as { from?: number };
    return { code, said: await logEnd(this.#spec.files.log, from ?? 0) };
  }

  async stop(how: { signal: NodeJS.Signals; graceMs: number }): Promise<void> {
    await endMembers(this.#main(), this.#members, how);
  }

  kill(): Promise<void> {
    return killMembers(this.#members);
  }

  followLog(options: FollowLog): Promise<{ stop(): Promise<void> }> {
    return followFile(this.#spec.files.log, options);
  }

  readonly #members = (): Member[] => membersOf(this.#spec.labels, this.place.dataDir);

  #main(): ProcessId | undefined {
    const own = this.#child !== undefined && !this.#child.isOver() ? this.#child.pid : undefined;
    const pid = own ?? lockHolder(this.#spec.files.lock);
    return pid === undefined ? undefined : identify(pid);
  }

  #environment({ env }: HostCommand): Record<string, string> {
    // HOME is its own, so that nobody's ~/.pgpass or settings have a say.
    return { PATH: this.#path, LC_ALL: 'C', HOME: this.place.runDir, ...this.#spec.labels, ...env };
  }

  async #ownEnd(signal: AbortSignal): Promise<number | undefined> {
    if (this.#child === undefined) return undefined;
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    return Promise.race([this.#child.gone, aborted.promise]).finally(() =>
      signal.removeEventListener('abort', onAbort),
    );
  }
}

/** A lock that was never made is free. */
const untilUnlockedIfThere = async (file: string, signal: AbortSignal): Promise<void> => {
  if (await isLocked(file)) await untilUnlocked(file, signal);
};
