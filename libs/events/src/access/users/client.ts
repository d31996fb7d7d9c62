import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

/** Wherever a person is let in. */
export const deedsOfPeople = [
  may.request,
  may.readSnapshots,
  may.examine,
  may.ask('ask.artifact.link', 'ask.node-access.*'),
];

export const client: AccessUser = {
  name: 'client',
  account: 'clients',
  who: 'people and pipelines: the command line',
  grants: [
    may.connectFromOutside,
    may.readLogFromOutside,
    may.readTelemetryFromOutside,
    may.watchAliveFromOutside,
    ...deedsOfPeople,
  ],
};
