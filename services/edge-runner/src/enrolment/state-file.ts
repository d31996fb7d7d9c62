import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { z } from 'zod';

const state = z.strictObject({
  /** Whose it is: a machine, or a path, may be used again for another run. */
  of: z.string(),
  /** The runner's own NATS identity: made before the code is redeemed, so that a restart amid it comes as the same one. */
  seed: z.string(),
  /** From here on there when the runner is enrolled. */
  environment: z.record(z.string(), z.string()).optional(),
  access: z.strictObject({ jwt: z.string(), expiresAt: z.int() }).optional(),
});
export type EnrolmentState = Omit<z.infer<typeof state>, 'of'>;

export interface StateOwner {
  readonly run: string;
  readonly node: string;
  readonly fence: { readonly incarnation: string; readonly sequence: number };
}

/** What a restarted runner of this machine needs: mode 0600, replaced in one step. */
export class StateFile {
  readonly #file: string;
  readonly #of: string;

  constructor(file: string, { run, node, fence }: StateOwner) {
    this.#file = file;
    this.#of = `${run}/${node} ${fence.incarnation}:${fence.sequence}`;
  }

  /**
   * Undefined: there is none, or it is of another run, node or attempt.
   * @throws BenchbusError ENROLMENT_STATE_UNREADABLE; what is in it is not shown
   */
  read(): EnrolmentState | undefined {
    try {
      const { of, ...kept } = state.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return of === this.#of ? kept : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new BenchbusError({
        code: 'ENROLMENT_STATE_UNREADABLE',
        message: `${this.#file} holds no enrolment`,
        where: this.#file,
        hint: 'the node has to be made anew',
      });
    }
  }

  write(kept: EnrolmentState): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const fresh = `${this.#file}.new`;
    rmSync(fresh, { force: true });
    writeFileSync(fresh, JSON.stringify({ of: this.#of, ...kept }), { mode: 0o600, flag: 'wx' });
    renameSync(fresh, this.#file);
  }
}
