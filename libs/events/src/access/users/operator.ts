import * as may from '../grants/grants.ts';
import { client } from './client.ts';
import type { AccessUser } from './user.ts';

/** It forges no fact: what it may do to the log is to make it, to copy it, and to put a copy where there is none. */
export const operator: AccessUser = {
  name: 'operator',
  who: 'whoever runs the installation: what a client may, and beside that',
  grants: [
    ...client.grants,
    may.makeStreams,
    may.settleLetters,
    may.auditSideStreams,
    may.writeSnapshots,
    may.backUp,
    may.restore,
    may.ask('ask.janitor.*'),
  ],
};
