import { ENROL_REDEEM, RENEW_SUBJECTS } from '../enrol-subjects.ts';
import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

export const provisioner: AccessUser = {
  name: 'provisioner',
  account: 'services',
  who: 'the provisioners of all hosts',
  grants: [
    may.connect,
    may.readLog,
    may.serveFollowers,
    may.append('provisioner'),
    may.consume({ stream: 'EVENTS', name: '*' }),
    may.park('provisioner', 'EVENTS'),
    may.hold('host.*'),
    may.hold('service.provisioner.*'),
    may.watchAlive,
    may.keepRecords('enrolment', 'enrolled', 'removals'),
    may.tellProgress('*'),
    may.answer('ask.janitor.*', 'ask.node-access.*', ENROL_REDEEM, RENEW_SUBJECTS),
  ],
};
