/**
 * Answers come to a place of the user's own: in an account, a shared `_INBOX.>` would let everybody read what others are
 * answered, such as their secrets.
 */
export const inboxPrefix = (publicKey: string): string => `_INBOX_${publicKey}`;
export const inboxOf = (publicKey: string): string => `${inboxPrefix(publicKey)}.>`;
