import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLineOf, commandOf, executableOf, nameOf, workingDirOf } from './describe.ts';
import { endProcesses } from './end-processes.ts';
import { findByEnvironment } from './environment.ts';
import { groupMembers } from './group.ts';
import { labelledProcesses, labelsOf } from './labels.ts';
import { identify, isAlive } from './process-id.ts';
import { signalGroup, signalProcess } from './signal.ts';
import { FOREVER, children } from './testing/children.ts';
import { waitForDeath } from './wait-for-death.ts';

const mine = children();
afterEach(() => mine.end());

describe('identity', () => {
  it('is that of a living process', async () => {
    const { id, exited } = await mine.start('sh', FOREVER);
    expect(identify(id.pid)).toEqual(id);
    expect(isAlive(id)).toBe(true);
    expect(isAlive({ ...id, startTime: `${id.startTime}0` })).toBe(false);
    signalProcess(id, 'SIGKILL');
    await exited;
    expect(identify(id.pid)).toBeUndefined();
    expect(isAlive(id)).toBe(false);
  });

  it('a zombie is dead', async () => {
    // A shell would collect its child; cat does not. That it answers proves that it has taken the shell's place.
    const { child } = await mine.start('sh', ['-c', 'echo ready; read go; sleep 1000000 & echo $!; exec cat']);
    child.stdin?.write('go\n');
    const [printed] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    child.stdin?.write('cat\n');
    await once(child.stdout ?? child, 'data');
    const id = identify(Number(printed.toString()));
    if (id === undefined) throw new Error('the child lives');
    signalProcess(id, 'SIGKILL');
    expect(await waitForDeath([id], 10_000)).toEqual([]);
    expect(nameOf(id.pid)).not.toBe(''); // its entry is there still
    expect(isAlive(id)).toBe(false);
  });
});

describe('signals', () => {
  it('reach exactly the process that is meant', async () => {
    const { id } = await mine.start('sh', FOREVER);
    expect(signalProcess({ ...id, startTime: '1' }, 'SIGKILL')).toBe(false);
    expect(isAlive(id)).toBe(true);
    expect(signalProcess(id, 'SIGCONT')).toBe(true);
  });

  it('reach a whole group; never our own, and never everybody', async () => {
    const { id, exited } = await mine.start('sh', ['-c', 'sleep 1000000 & echo ready; wait']);
    const members = groupMembers(id.pid);
    expect(members).toContainEqual(id);
    expect(members).toHaveLength(2);
    expect(signalGroup(id.pid, 'SIGKILL')).toBe(true);
    await exited;
    expect(await waitForDeath(members, 10_000)).toEqual([]);
    expect(groupMembers(id.pid)).toEqual([]);
    for (const pid of [0, 1, -5, Number.NaN]) expect(() => signalGroup(pid, 'SIGCONT')).toThrow(RangeError);
    expect(signalGroup(2 ** 22 + 1, 'SIGCONT')).toBe(false); // above the largest pid there can be
  });

  it('end processes, also those that ignore SIGTERM', async () => {
    const polite = await mine.start('sh', FOREVER);
    const stubborn = await mine.start('sh', ['-c', 'trap "" TERM; echo ready; read never']);
    expect(await waitForDeath([polite.id, stubborn.id], 0)).toEqual([polite.id, stubborn.id]);
    await endProcesses([polite.id, stubborn.id], 100);
    await Promise.all([polite.exited, stubborn.exited]);
    expect([polite.child.signalCode, stubborn.child.signalCode]).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('environment', () => {
  it('finds who carries all of the variables', async () => {
    const installation = randomUUID();
    const env = { BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: 'r1', EMPTY: '' };
    const { id } = await mine.start('sh', FOREVER, env);
    expect(findByEnvironment({ BENCHBUS_INSTALLATION: installation })).toEqual([id]);
    expect(findByEnvironment({ BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: undefined, EMPTY: '' })).toEqual([
      id,
    ]);
    expect(findByEnvironment({ BENCHBUS_INSTALLATION: installation, BENCHBUS_NODE: undefined })).toEqual([]);
    expect(findByEnvironment({ BENCHBUS_INSTALLATION: installation.slice(1) })).toEqual([]);
  });

  it('gives the labels', async () => {
    const installation = randomUUID();
    const env = { BENCHBUS_INSTALLATION: installation, BENCHBUS_NODE: 'pg', BENCHBUS_FENCE: 'log-1:17' };
    const { id } = await mine.start('sh', FOREVER, env);
    const labelled = {
      ...id,
      installation,
      run: undefined,
      node: 'pg',
      incarnation: 'log-1',
      command: 'sh -c echo ready; read never',
    };
    expect(labelsOf(id.pid)).toEqual(labelled);
    expect(labelledProcesses(installation)).toEqual([labelled]);
    const other = await mine.start('sh', FOREVER, { BENCHBUS_RUN: 'without an installation' });
    expect(labelsOf(other.id.pid)).toBeUndefined();
  });
});

it('a process is described by what it runs and where', async () => {
  const { id } = await mine.start('sh', [...FOREVER, 'and', 'more']);
  expect(commandLineOf(id.pid)).toBe('sh -c echo ready; read never and more');
  expect(commandOf(id.pid)).toBe('sh -c echo ready; read never');
  expect(nameOf(id.pid)).toBe('sh');
  expect(workingDirOf(id.pid)).toBe(process.cwd());
  expect(executableOf(process.pid)).toBe(realpathSync(process.execPath));
  expect(commandLineOf(2 ** 22 + 1)).toBe('');
});
