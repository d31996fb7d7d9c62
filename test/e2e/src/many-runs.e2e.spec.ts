import { manyRunsTest } from './testing/many-runs.ts';

// 500 in the long one.
manyRunsTest(30, 1_200_000);
