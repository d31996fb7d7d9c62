import { outageTests } from './testing/outage-tests.ts';

outageTests((['killed', 'hanging'] as const).flatMap((kind) => [5, 20, 90].map((seconds) => ({ kind, seconds }))));
