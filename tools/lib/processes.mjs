import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile, or another user's
  }
};

const link = (file) => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};

/** Everything that runs now, zombies left out: { pid, ppid, startTime, command, environ, cwd } from /proc. */
export function listProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = read(`/proc/${name}/stat`);
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return {
        pid: Number(name),
        state: fields[0],
        ppid: Number(fields[1]),
        startTime: fields[19] ?? '',
        command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
        environ: read(`/proc/${name}/environ`),
        cwd: link(`/proc/${name}/cwd`),
      };
    })
    .filter((process) => process.state !== undefined && process.state !== 'Z' && process.command !== '');
}
