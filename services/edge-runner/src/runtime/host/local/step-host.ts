import { spawn } from 'node:child_process';
import { cpuSecondsOf, groupMembers, LOCK_BUSY } from '@benchbus/processes';
import { runProcesses, type RunProcess } from '../../../observe/run-processes.ts';
import { endGroup } from '../../process/end-group.ts';
import type { LocalUser } from '../../process/local-user.ts';
import { readStep, stepFiles } from '../../process/step-files.ts';
import { STEP_SCRIPT } from '../../process/step-script.ts';
import type { StepCommand, StepHost } from '../step-host.ts';

/** Steps as process groups of this machine; the mark `started` holds the group's id. */
export class LocalStepHost implements StepHost {
  readonly isThisMachine = true;
  readonly #own = new Map<string, number>();

  /** The runner's: its program lies wherever it was put, maybe in a home folder. */
  ownUser(): LocalUser {
    return { name: 'the runner', ids: undefined };
  }

  spawn({ dir, argv, env, user }: StepCommand): ReturnType<StepHost['spawn']> {
    const { lock } = stepFiles(dir);
    const flock = ['--no-fork', '-n', '-E', String(LOCK_BUSY), lock, 'sh', '-c', STEP_SCRIPT, 'benchbus-step', dir];
    // Its own session, so that it outlives the runner and can be signalled as one group.
    const child = spawn('flock', [...flock, ...argv], {
      detached: true,
      stdio: 'ignore',
      cwd: dir,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
      ...user.ids,
    });
    child.unref();
    if (child.pid !== undefined) this.#own.set(dir, child.pid);
    const gone = new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        this.#own.delete(dir);
        resolve(code ?? undefined);
      });
    });
    return Promise.resolve({ gone });
  }

  async end({ dir }: StepCommand, gone: Promise<unknown>, graceMs: number): Promise<void> {
    const pid = this.#own.get(dir) ?? (await readStep(dir)).pid;
    if (pid !== undefined) await endGroup(pid, gone, graceMs);
  }

  processes(): Promise<readonly RunProcess[]> {
    return Promise.resolve(runProcesses());
  }

  throttling(): undefined {
    return undefined;
  }

  async cpuSeconds({ dir }: Pick<StepCommand, 'dir'>): Promise<number | undefined> {
    const group = this.#own.get(dir) ?? (await readStep(dir)).pid;
    const members = group === undefined ? [] : groupMembers(group);
    return members.length === 0 ? undefined : members.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
  }
}
