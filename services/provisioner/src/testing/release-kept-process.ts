import { pino } from 'pino';
import { setCrashService } from '@benchbus/service';
import { releaseKept } from '../app/release-kept.ts';
import { KeptFolders } from '../local/kept-folders.ts';

/**
 * Releases a suite's kept folders as the provisioner does, in a process that may be killed at its crash points:
 * `<local folder> <suite> <histories: subject → events, JSON>`.
 */
const [dir = '', suiteId = '', histories = '{}'] = process.argv.slice(2);
setCrashService('provisioner');
const facts = JSON.parse(histories) as Record<string, unknown[]>;
const log = { read: (subject: string) => Promise.resolve(facts[subject] ?? []) };
await releaseKept({ bus: { log } as never, logger: pino(), kept: new KeptFolders(dir, 'i') }, suiteId);
