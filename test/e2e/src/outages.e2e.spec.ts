import { outageTests } from './testing/outage-tests.ts';

outageTests([
  { kind: 'killed', seconds: 5 },
  { kind: 'hanging', seconds: 5 },
]);
