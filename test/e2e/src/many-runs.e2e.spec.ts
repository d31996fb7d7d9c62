import { manyRunsTest } from './testing/many-runs.ts';

manyRunsTest(50, 1_200_000);
