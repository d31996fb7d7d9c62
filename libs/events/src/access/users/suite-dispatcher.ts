import { CLIENT_REQUESTS, REACTOR } from '../durables.ts';
import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

export const suiteDispatcher: AccessUser = {
  name: 'suite-dispatcher',
  account: 'services',
  who: 'all replicas of the suite-dispatcher',
  durables: [REACTOR, CLIENT_REQUESTS],
  grants: [
    may.connect,
    may.readLog,
    may.serveFollowers,
    may.append('suite-dispatcher'),
    may.consume(REACTOR),
    may.consume(CLIENT_REQUESTS),
    may.readRequests,
    may.park('suite-dispatcher', 'EVENTS'),
    may.hold('service.suite-dispatcher.*'),
    may.watchAlive,
    may.ask('ask.execution.*'),
    may.answer('ask.execution.*'),
  ],
};
