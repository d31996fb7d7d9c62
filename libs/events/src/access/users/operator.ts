import * as may from '../grants/grants.ts';
import { deedsOfPeople } from './client.ts';
import type { AccessUser } from './user.ts';

/**
 * Beside what a client may: make the log, copy it, and put a copy where there is none. It appends no fact of its own (what replies
 * can be made to do in the services' account: docs/operations/nats-security.md).
 */
export const operator: AccessUser = {
  name: 'operator',
  account: 'services',
  who: 'whoever runs the installation: what a client may, and beside that',
  grants: [
    may.connect,
    may.readLog,
    may.readTelemetry,
    may.watchAlive,
    ...deedsOfPeople,
    may.makeStreams,
    may.settleLetters,
    may.auditSideStreams,
    may.writeSnapshots,
    may.backUp,
    may.restore,
    may.ask('ask.janitor.*', 'ask.host-gone'),
  ],
};
