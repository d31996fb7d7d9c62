import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

export const client: AccessUser = {
  name: 'client',
  who: 'people and pipelines: the command line',
  grants: [
    may.connect,
    may.request,
    may.readLog,
    may.readTelemetry,
    may.readSnapshots,
    may.watchAlive,
    may.examine,
    may.ask('ask.artifact.link', 'ask.node-access.*'),
  ],
};
