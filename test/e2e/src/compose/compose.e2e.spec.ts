import { OFFLINE } from './compose-files.ts';
import { composeSystemTest } from './compose-system.ts';

composeSystemTest('as it is', OFFLINE);
