import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dockerThings, newDockerThings } from './docker-leftovers.mjs';

const name = `leftover-${randomBytes(4).toString('hex')}`;
const label = ['--label', `benchbus.installation=${name}`];
const docker = (...args) => {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};

let cgroupRoot = '';
let undo = [];
beforeEach((context) => {
  cgroupRoot = mkdtempSync(join(tmpdir(), 'bb-cgroups-'));
  if (dockerThings() === undefined) context.skip('no Docker engine answers: start one, or set DOCKER_HOST');
});
afterEach(() => {
  for (const args of undo.splice(0).reverse()) docker(...args);
  rmSync(cgroupRoot, { recursive: true, force: true });
});

/** Others' tests make and remove their things at the same time. */
const ours = (things) => things.filter((what) => what.includes(name)).sort();

test('everything of ours that is left is found, whatever it is; what was there before is not', () => {
  const image = `benchbus-test/${name}:1`;
  const make = (args, remove) => {
    docker(...args);
    undo.push(remove);
  };
  make(['network', 'create', ...label, `${name}-before`], ['network', 'rm', `${name}-before`]);
  const before = dockerThings(process.env, cgroupRoot);
  expect(ours(newDockerThings(before, dockerThings(process.env, cgroupRoot)))).toEqual([]);

  spawnSync('sh', ['-c', `tar -cf - -T /dev/null | docker import - ${image}`], { stdio: 'ignore' });
  undo.push(['rmi', image]);
  make(['create', '--name', name, ...label, image, 'true'], ['rm', '-f', name]);
  make(['volume', 'create', ...label, name], ['volume', 'rm', name]);
  make(['network', 'create', '--label', `benchbus.test=${name}`, name], ['network', 'rm', name]);
  make(['volume', 'create', `foreign-${name}`], ['volume', 'rm', `foreign-${name}`]);
  const groups = [`memory/benchbus/${name}`, `benchbus${name}.slice`].map((path) => join(cgroupRoot, path));
  for (const path of groups) mkdirSync(path, { recursive: true });

  expect(ours(newDockerThings(before, dockerThings(process.env, cgroupRoot)))).toEqual(
    [
      ...groups.map((path) => `cgroup ${path}`),
      `container ${name} (Created)`,
      `image ${image}`,
      `network ${name}`,
      `volume ${name}`,
    ].sort(),
  );
});

test('an engine that went away is a finding: nobody knows what is left', () => {
  const gone = { ...process.env, DOCKER_HOST: `unix://${join(cgroupRoot, 'no.sock')}` };
  expect(newDockerThings(dockerThings(), dockerThings(gone))).toEqual([expect.stringContaining('does not answer')]);
  expect(newDockerThings(dockerThings(gone), dockerThings())).toEqual([]);
});
