import type { Durable } from '../durables.ts';
import type { Grant } from '../grants/grant.ts';

/** A user of the account: one row group of the table. */
export interface AccessUser {
  /** Also the name of its file: `<name>.creds`. */
  readonly name: string;
  /** For people: who has it. */
  readonly who: string;
  readonly grants: readonly Grant[];
  /** Shared durables that are its own: others' it can neither pull from nor change by name. */
  readonly durables?: readonly Durable[];
}
