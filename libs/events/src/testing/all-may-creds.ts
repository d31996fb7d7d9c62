import type { AuthorityKey } from '../access/authority.ts';
import { makeCreds } from '../access/creds.ts';

/** A user that may everything in the account: who tests plays all services at once. */
export const allMayCreds = (authority: AuthorityKey): Promise<string> =>
  makeCreds(authority, { name: 'all', permissions: () => ({ pub: { allow: ['>'] }, sub: { allow: ['>'] } }) });
