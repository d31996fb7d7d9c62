import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

export const artifactStore: AccessUser = {
  name: 'artifact-store',
  account: 'services',
  who: 'all replicas of the artifact-store',
  grants: [
    may.connect,
    may.readLog,
    may.serveFollowers,
    may.append('artifact-store'),
    may.park('artifact-store', 'EVENTS'),
    may.hold('service.artifact-store.*'),
    may.answer('ask.artifact.upload', 'ask.artifact.link'),
  ],
};
