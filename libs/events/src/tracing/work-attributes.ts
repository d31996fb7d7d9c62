import type { Attributes } from '@opentelemetry/api';
import type { Anchor } from './anchors.ts';

/** By which spans of a suite and a run are looked for. */
export const workAttributes = ({ suite, run, stage, attempt }: Anchor): Attributes => ({
  'benchbus.suite.id': suite,
  ...(run === undefined ? {} : { 'benchbus.run.id': run }),
  ...(stage === undefined ? {} : { 'benchbus.stage': stage }),
  ...(attempt === undefined ? {} : { 'benchbus.attempt': attempt }),
});
