import type { Topology } from '../model/database.ts';
import type { TargetName } from '../model/scalars.ts';
import type { Suite, Test } from '../model/suite.ts';
import type { CommandWorkload } from '../model/workload.ts';
import type { OldTemplate } from './database-shape.ts';
import { toHardware } from './hardware.ts';
import { toInstallation } from './installation.ts';
import { suiteName, testNames } from './names.ts';
import type { Note, Notes } from './note.ts';
import { toRunSettings } from './run-settings.ts';
import type { OldSuite } from './suite-shape.ts';
import { toTest } from './test.ts';
import { toTopology } from './topology.ts';

/** As many at once as a native suite may say; the predecessor started all. */
const MAX_PARALLELISM = 500;

export interface PredecessorModel {
  readonly suite: Suite;
  readonly notes: readonly Note[];
}

function collecting(): { notes: Note[]; note: Notes } {
  const notes: Note[] = [];
  return { notes, note: (path, native, text) => void notes.push({ path, native, text }) };
}

const TARGETS = { TARGET_DOCKER: 'docker', TARGET_YANDEX_CLOUD: 'yandex' } as const;

function targetOf({ target, settings }: OldSuite, note: Notes): TargetName {
  const wanted = target ?? settings.preferredTarget;
  if (wanted !== undefined) return TARGETS[wanted];
  note(['target'], ['target'], 'neither target nor settings.preferredTarget says where: docker');
  return 'docker';
}

/** A checked suite → the model, and what a person should know about it. */
export function toModel(old: OldSuite, file?: string): PredecessorModel {
  const { notes, note } = collecting();
  const names = testNames(old.suite.tests.map(({ name }) => name));
  const tests = old.suite.tests.map((test, index) => {
    const name = names[index] ?? `test-${index + 1}`;
    const native = ['tests', index];
    if (name !== test.name)
      note(['suite', 'tests', index, 'name'], [...native, 'name'], 'every test has a name of its own here');
    return toTest(test, name, ['suite', 'tests', index], native, note);
  });
  const suite: Suite = {
    name: suiteName(file, names[0] ?? 'suite'),
    parallelism: Math.min(tests.length, MAX_PARALLELISM),
    settings: toRunSettings(targetOf(old, note), old.settings.cleanupDelay ?? 0, tests),
    tests,
    installation: toInstallation(old.settings),
  };
  return { suite, notes };
}

/** Beside a template, so that it can be planned, whatever its pools can do; a template alone is not run. */
const NO_LOAD: CommandWorkload = {
  tool: 'command',
  command: ['true'],
  environment: {},
  warmupMs: 0,
  durationMs: 1000,
  hardware: toHardware({ cores: 0, memory: 0, disk: 0 }),
};

/** A checked file that holds a database template alone → a suite to plan with, of one test. */
export function templateToModel(template: OldTemplate, file?: string): PredecessorModel & { template: Topology } {
  const { notes, note } = collecting();
  const topology = toTopology(template, [], ['tests', 0, 'database', 'topology'], note);
  const name = suiteName(file, 'template');
  const test: Test = {
    name,
    description: '',
    labels: {},
    database: { topology },
    workload: NO_LOAD,
    repeat: { times: 1, reset: 'data' },
  };
  const settings = toRunSettings('docker', 0, [test]);
  return { suite: { name, parallelism: 1, settings, tests: [test] }, template: topology, notes };
}
