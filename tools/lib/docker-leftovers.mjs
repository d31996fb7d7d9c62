import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from './run-command.mjs';

/** What services (libs/docker/src/names.ts) and tests label everything with. */
const LABELS = ['benchbus.installation', 'benchbus.test'];

/** What to ask the docker command for, and a line of its answer: id, then words for people. */
const LISTS = [
  { kind: 'container', args: ['ps', '--all', '--no-trunc'], format: '{{.ID}} {{.Names}} ({{.Status}})' },
  { kind: 'network', args: ['network', 'ls', '--no-trunc'], format: '{{.ID}} {{.Name}}' },
  { kind: 'volume', args: ['volume', 'ls'], format: '{{.Name}} {{.Name}}' },
];
/** Also by the name under which they were pulled. */
const IMAGES_OF_TESTS = ['benchbus-test/*', '*/benchbus-test/*'];

const folders = (dir) => {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return []; // gone meanwhile
  }
};

/** Of installations: `benchbus/<installation>`, or with systemd's driver (and in tests) `benchbus…`; below each controller on version 1. */
function cgroups(root) {
  const bases = [root, ...folders(root).map((name) => join(root, name))];
  return bases.flatMap((base) =>
    folders(base)
      .filter((name) => name.startsWith('benchbus'))
      .flatMap((name) => (name === 'benchbus' ? folders(join(base, name)).map((one) => join(name, one)) : [name]))
      .map((name) => join(base, name)),
  );
}

/**
 * Everything with our labels on the engine of DOCKER_HOST, images that tests made, and cgroups of this machine: id → words for
 * people. Undefined: no engine answers.
 */
export function dockerThings(env = process.env, cgroupRoot = '/sys/fs/cgroup') {
  if (outputOf('docker', ['version', '--format', '{{.Server.Version}}'], { env }) === undefined) return undefined;
  const found = new Map(cgroups(cgroupRoot).map((path) => [path, `cgroup ${path}`]));
  const list = (kind, args, format) => {
    const lines = (outputOf('docker', [...args, '--format', format], { env }) ?? '').split('\n').filter(Boolean);
    for (const line of lines) {
      const [id] = line.split(' ', 1);
      found.set(`${kind} ${id}`, `${kind} ${line.slice(id.length + 1)}`);
    }
  };
  for (const { kind, args, format } of LISTS)
    for (const label of LABELS) list(kind, [...args, '--filter', `label=${label}`], format);
  for (const name of IMAGES_OF_TESTS)
    list(
      'image',
      ['image', 'ls', '--filter', `reference=${name}`],
      '{{.Repository}}:{{.Tag}} {{.Repository}}:{{.Tag}}',
    );
  return found;
}

/** What is there now and was not before: whoever uses benchbus beside the tests keeps what he had, and is not accused. */
export function newDockerThings(before, now) {
  if (before === undefined) return [];
  if (now === undefined) return ['the Docker engine does not answer any more: nobody knows what is left on it'];
  return [...now].flatMap(([id, what]) => (before.has(id) ? [] : [what]));
}
