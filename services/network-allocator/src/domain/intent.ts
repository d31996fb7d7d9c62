import type { AnyDraft } from '@benchbus/events';

/** One fact to append, at the version of its aggregate that the decision was made on. */
export interface Intent {
  readonly draft: AnyDraft;
  readonly expected: number;
  /** Replicas compete for this aggregate: taking a lock first saves conflicts. */
  readonly contended: boolean;
}

/**
 * The version is part of the discriminator, so that the same decision on the same history has the same id in every replica,
 * and a later decision of the same kind (granted, released, granted again) another one.
 */
export const at = (what: string, version: number): string => `${what}@${version}`;
