import { enrolmentKey, type Records } from '@benchbus/events';
import { z } from 'zod';
import type { CodeRecord } from '../domain/redeem.ts';

const record = z.strictObject({
  runId: z.string(),
  node: z.string(),
  fence: z.strictObject({ incarnation: z.string(), sequence: z.int() }),
  expiresAt: z.int(),
  used: z.strictObject({ at: z.int(), publicKey: z.string(), hostname: z.string() }).optional(),
});

export interface KeptCode {
  readonly key: string;
  readonly record: CodeRecord | undefined;
  readonly revision: number;
}

/** What is known of codes, under their hashes: who reads the bucket can redeem none. */
export class Codes {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async add(secret: string, of: CodeRecord): Promise<void> {
    if (!(await this.#records.put(enrolmentKey(secret), JSON.stringify(of), 0)))
      throw new Error('an enrolment code was made twice');
  }

  async find(secret: string): Promise<KeptCode> {
    const key = enrolmentKey(secret);
    const found = await this.#records.get(key);
    if (found === undefined) return { key, record: undefined, revision: 0 };
    const { used, ...rest } = record.parse(JSON.parse(found.value));
    return { key, record: used === undefined ? rest : { ...rest, used }, revision: found.revision };
  }

  /** Of several at once one wins: the others get false. */
  use({ key, record: of, revision }: KeptCode, used: NonNullable<CodeRecord['used']>): Promise<boolean> {
    return this.#records.put(key, JSON.stringify({ ...of, used }), revision);
  }
}
