import type { Request, StoredRequest } from '@benchbus/events';

/**
 * Whether a cancel is meant for this request of the same suite. One that was published later always is; an earlier one only
 * where the suite followed within `waitMs`: by then its sender was told that there is no such suite, and the id is free again.
 * Order and times are the server's, so every replica says the same, however late it looks.
 */
export function isMeantFor(cancel: StoredRequest, asked: StoredRequest, waitMs: number): boolean {
  return cancel.request.sequence > asked.request.sequence || asked.storedAt - cancel.storedAt <= waitMs;
}

/** The first cancel that is meant for the request `id`; undefined: it may be accepted. */
export function earlyCancel(
  requests: readonly StoredRequest[],
  id: string,
  waitMs: number,
): Request<'SuiteCancelRequested'> | undefined {
  const asked = requests.find(({ request }) => request.name === 'SuiteRequested' && request.id === id);
  for (const stored of asked ? requests : []) {
    const { request } = stored;
    if (asked && request.name === 'SuiteCancelRequested' && isMeantFor(stored, asked, waitMs)) return request;
  }
  return undefined;
}
