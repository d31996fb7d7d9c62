import type { CaseContext } from './context.ts';

export const AREAS = [
  'registration',
  'labels',
  'children',
  'endings',
  'retries',
  'concurrency',
  'workers',
  'restart',
  'refusals',
  'limits',
  'rest',
] as const;
export type Area = (typeof AREAS)[number];

/** One thing that both engines do the same way. */
export interface Case {
  /** Unique, `<area>/<what>`; `--only` selects by a part of it. */
  readonly name: `${Area}/${string}`;
  /** What is expected, as a sentence for the table. */
  readonly expectation: string;
  /** It waits most of its time (for a timeout of the engine's): it takes no place of the others. */
  readonly waits?: true;
  /** It calls `restartEngine` exactly once: all such cases run together and share one restart. */
  readonly restarts?: true;
  /** Default: 60 s. */
  readonly timeoutMs?: number;
  /** Throws if the engine does something else. */
  readonly run: (t: CaseContext) => Promise<void>;
}
