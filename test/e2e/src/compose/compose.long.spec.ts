import { OFFLINE, SECURE } from './compose-files.ts';
import { composeSystemTest } from './compose-system.ts';

composeSystemTest('with accounts and client certificates', [...OFFLINE, ...SECURE.slice(1)]);
