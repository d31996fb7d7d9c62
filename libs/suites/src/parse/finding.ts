import type { FieldPath } from './field-path.ts';

/** A problem before it gets its position and final wording. */
export interface Finding {
  readonly code: string;
  readonly path: FieldPath;
  /** What is wrong and what is allowed; never a secret's value. */
  readonly text: string;
  readonly hint?: string;
  /** Where the text stands, if it is not where the path says. */
  readonly offset?: number;
}
