import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

/**
 * Reads all that an audit looks at, the archive of the log among it, and changes nothing: in an account of its own, for whoever reads in the
 * services' account may have what is read stored there. Clients do not get at requests by way of its account either.
 */
export const auditor: AccessUser = {
  name: 'auditor',
  account: 'auditors',
  who: 'whoever audits: the log or its archive, and what is beside it',
  grants: [
    may.connectFromOutside,
    may.readLogFromOutside,
    may.readArchiveFromOutside,
    may.readTelemetryFromOutside,
    may.auditSideStreamsFromOutside,
    may.readSnapshots,
    may.ask('ask.artifact.link'),
  ],
};
