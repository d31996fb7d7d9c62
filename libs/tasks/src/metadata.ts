import { traceparentOf, tracesOf, type Anchor } from '@benchbus/events';
import type { EdgeTaskInput, Owner } from './contracts.ts';

/** What the engine's dashboard shows beside a run and may be searched by, and what the reconciler finds runs by. */
export interface RunMetadata {
  readonly suite: string;
  readonly run: string;
  /** The test's name in the suite, where it is known. */
  readonly test?: string;
  readonly installation: string;
  readonly log: string;
  /** What the task's spans hang on (W3C); absent where nobody traces. */
  readonly traceparent?: string;
}

function carried(log: string, anchor: Anchor): { readonly traceparent?: string } {
  const traceparent = traceparentOf(tracesOf(log).carriedBy(anchor));
  return traceparent === undefined ? {} : { traceparent };
}

export const runMetadata = ({ installation, log }: Owner, suite: string, run: string, test?: string): RunMetadata => ({
  ...{ suite, run },
  ...(test === undefined ? {} : { test }),
  ...{ installation, log },
  ...carried(log, { suite, run }),
});

/** An edge task is found by what its run is found by. */
export const edgeMetadata = (run: RunMetadata, { node, attempt }: EdgeTaskInput, stage: string) => ({
  ...run,
  ...{ node, stage, attempt: String(attempt) },
  ...carried(run.log, { suite: run.suite, run: run.run, stage, attempt }),
});
