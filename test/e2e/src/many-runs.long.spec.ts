import { manyRunsTest } from './testing/many-runs.ts';

manyRunsTest(500, 7_200_000);
