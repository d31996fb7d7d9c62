import type { AccountName } from '../account.ts';
import type { Durable } from '../durables.ts';
import type { Grant } from '../grants/grant.ts';

/** A user of one of the accounts: one row group of the table. Its grants name subjects as the services' account does. */
export interface AccessUser {
  /** Also the name of its file: `<name>.creds`. */
  readonly name: string;
  readonly account: AccountName;
  /** For people: who has it. */
  readonly who: string;
  readonly grants: readonly Grant[];
  /** Shared durables that are its own: others' it can neither pull from nor change by name. */
  readonly durables?: readonly Durable[];
}
