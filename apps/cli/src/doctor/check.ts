/** What a check found. `unreachable`: a server that is configured does not answer. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'unreachable';
  readonly found: string;
  /** Of what was found, where docs/operations/errors has a paragraph on it. */
  readonly code?: string;
  /** What to do about it. */
  readonly hint?: string;
}

export type Check = () => Promise<Finding | readonly Finding[]>;
