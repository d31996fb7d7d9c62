import { scaledOutTest } from './scaled-out.ts';

scaledOutTest(60, 1_200_000);
