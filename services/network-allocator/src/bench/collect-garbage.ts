import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** A full collection, at once: what was done before is not to be paid for by what is measured next. */
export const collectGarbage = runInNewContext('gc') as () => void;
