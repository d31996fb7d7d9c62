import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { z } from 'zod';

const state = z.strictObject({
  /** The runner's own NATS identity: made before the code is redeemed, so that a restart amid it comes as the same one. */
  seed: z.string(),
  /** From here on there when the runner is enrolled. */
  environment: z.record(z.string(), z.string()).optional(),
  access: z.strictObject({ jwt: z.string(), expiresAt: z.int() }).optional(),
});
export type EnrolmentState = z.infer<typeof state>;

/** What a restarted runner of this machine needs: mode 0600, replaced in one step. */
export class StateFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws BenchbusError ENROLMENT_STATE_UNREADABLE; what is in it is not shown */
  read(): EnrolmentState | undefined {
    try {
      return state.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
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

  write(of: EnrolmentState): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const fresh = `${this.#file}.new`;
    rmSync(fresh, { force: true });
    writeFileSync(fresh, JSON.stringify(of), { mode: 0o600, flag: 'wx' });
    renameSync(fresh, this.#file);
  }
}
