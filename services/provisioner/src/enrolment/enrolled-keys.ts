import type { Records } from '@benchbus/events';
import { z } from 'zod';
import type { Enrolled } from '../domain/redeem.ts';

const record = z.strictObject({
  runId: z.string(),
  node: z.string(),
  fence: z.strictObject({ incarnation: z.string(), sequence: z.int() }),
});

/** Which node each public key was enrolled as: an asker that holds live access says any key it likes. */
export class EnrolledKeys {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Again is nothing but that it is kept for longer. False: the key is another node's, or of another attempt. */
  async add(publicKey: string, { runId, node, fence: { incarnation, sequence } }: Enrolled): Promise<boolean> {
    const value = JSON.stringify({ runId, node, fence: { incarnation, sequence } });
    for (;;) {
      const found = await this.#records.get(publicKey);
      if (found !== undefined && found.value !== value) return false;
      if (await this.#records.put(publicKey, value, found?.revision ?? 0)) return true;
    }
  }

  async find(publicKey: string): Promise<Enrolled | undefined> {
    const found = await this.#records.get(publicKey);
    return found === undefined ? undefined : record.parse(JSON.parse(found.value));
  }
}
