/**
 * Where a user is. `services` has JetStream and every stream; services and the operator are in it. `clients`, `auditors` and `runners` have
 * nothing of their own: their users reach what the account imports, and a reply comes back into it, whatever address was named for it.
 */
export const ACCOUNTS = ['services', 'clients', 'auditors', 'runners'] as const;
export type AccountName = (typeof ACCOUNTS)[number];

export const isOutside = (account: AccountName): boolean => account !== 'services';

/** JetStream's API as who is outside calls it; `$JS.API` means their own account's there, which has none. */
export const OUTSIDE_API = 'js';

const API = '$JS.API.';
const ENTRIES = '$KV.';

/** What a subject of the services' account is called in the others. The client of KV prepends the API's prefix to what it writes. */
export function outsideSubject(subject: string): string {
  if (subject.startsWith(API)) return `${OUTSIDE_API}.${subject.slice(API.length)}`;
  return subject.startsWith(ENTRIES) ? `${OUTSIDE_API}.${subject}` : subject;
}
