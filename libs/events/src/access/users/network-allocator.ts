import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

export const networkAllocator: AccessUser = {
  name: 'network-allocator',
  account: 'services',
  who: 'all replicas of the network-allocator',
  grants: [
    may.connect,
    may.readLog,
    may.serveFollowers,
    may.append('network-allocator'),
    may.park('network-allocator', 'EVENTS'),
    may.hold('service.network-allocator.*'),
    may.watchAlive,
    may.answer('ask.host-gone'),
  ],
};
