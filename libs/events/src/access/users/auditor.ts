import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

/** Reads all that an audit looks at, the archive of the log among it, and changes nothing. */
export const auditor: AccessUser = {
  name: 'auditor',
  account: 'services',
  who: 'whoever audits: the log or its archive, and what is beside it',
  grants: [
    may.connect,
    may.readLog,
    may.readArchive,
    may.readTelemetry,
    may.auditSideStreams,
    may.readSnapshots,
    may.ask('ask.artifact.link'),
  ],
};
