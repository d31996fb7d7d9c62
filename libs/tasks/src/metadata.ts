import type { EdgeTaskInput, Owner } from './contracts.ts';

/** What the engine's dashboard shows beside a run and may be searched by, and what the reconciler finds runs by. */
export interface RunMetadata {
  readonly suite: string;
  readonly run: string;
  /** The test's name in the suite, where it is known. */
  readonly test?: string;
  readonly installation: string;
  readonly log: string;
}

export const runMetadata = ({ installation, log }: Owner, suite: string, run: string, test?: string): RunMetadata => ({
  ...{ suite, run },
  ...(test === undefined ? {} : { test }),
  ...{ installation, log },
});

/** An edge task is found by what its run is found by. */
export const edgeMetadata = (run: RunMetadata, { node, attempt }: EdgeTaskInput, stage: string) => ({
  ...run,
  ...{ node, stage, attempt: String(attempt) },
});
