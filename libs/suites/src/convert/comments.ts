import type { Suite } from '../model/suite.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { formatPath } from '../parse/field-path.ts';
import type { Note } from '../predecessor/note.ts';

/** What is said about a place of the native document. */
export interface Comment {
  readonly at: FieldPath;
  readonly text: string;
}

const about = (text: string, ...at: FieldPath): Comment => ({ at, text });

function ofSuite({ settings, installation }: Suite): Comment[] {
  const found = [
    about('was target (or settings.preferredTarget): a target that the operator has configured', 'target'),
    about('the predecessor started all tests at once', 'parallelism'),
    about("the predecessor's files clamp; a native suite rejects unless it says so", 'hardwarePolicy'),
    about('new here: defaults', 'sharing'),
  ];
  if (settings.keep.when === 'on-failure') found.push(about('was settings.cleanupDelay', 'keep'));
  if (installation === undefined) return found;
  found.push(
    about('was settings: kept for the record and not used; the operator configures it now, as below', 'installation'),
  );
  if (installation.hatchet !== undefined)
    found.push(about('HATCHET_CLIENT_TOKEN and HATCHET_CLIENT_HOST_PORT of the services', 'installation', 'hatchet'));
  if (installation.docker !== undefined)
    found.push(about('the docker target: one network per run, from its pool', 'installation', 'docker'));
  if (installation.yandex !== undefined)
    found.push(about('the yandex target: YC_TOKEN and its cloud, folder, zone', 'installation', 'yandex'));
  return found;
}

function ofTest(test: Suite['tests'][number], index: number): Comment[] {
  const at = ['tests', index];
  const database =
    'topology' in test.database
      ? about('was databaseTemplate; its nodes keep their order', ...at, 'database', 'topology')
      : about('was connectionString', ...at, 'database', 'connection');
  if (test.workload.tool !== 'stroppy')
    return [database, about('a database template has no load: choose one', ...at, 'workload')];
  return [
    database,
    about('was stroppyCli; hardware was stroppyHardware, environment was stroppyEnv', ...at, 'workload'),
  ];
}

/** What a converted file says about where things came from, what differs, and what could not be carried over. */
export const commentsOf = (suite: Suite, notes: readonly Note[]): Comment[] => [
  ...ofSuite(suite),
  ...suite.tests.flatMap(ofTest),
  ...notes.map(({ path, native, text }) => ({ at: native, text: `${formatPath(path)}: ${text}` })),
];
