import type { z } from 'zod';
import { suiteCancelRequestedV1 } from './suite-cancel-requested.v1.ts';
import { suiteReleaseRequestedV1 } from './suite-release-requested.v1.ts';
import { suiteRequestedV1 } from './suite-requested.v1.ts';

/** What clients may publish to `request.suite.<suiteId>`: plain CloudEvents, not part of the log. */
export const REQUESTS = {
  SuiteRequested: suiteRequestedV1,
  SuiteCancelRequested: suiteCancelRequestedV1,
  SuiteReleaseRequested: suiteReleaseRequestedV1,
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestData<N extends RequestName> = z.infer<(typeof REQUESTS)[N]['data']>;
