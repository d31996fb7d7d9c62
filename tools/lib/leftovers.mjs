import { listProcesses } from './processes.mjs';

/**
 * Processes that a test run left behind. Everything it starts inherits its marker, or works below its temporary folder
 * (data directories, sockets, configuration files), so one of the two shows in environment, command line or folder.
 */
export function findLeftovers(marker, folder) {
  return listProcesses().filter(
    ({ pid, command, environ, cwd }) =>
      pid !== process.pid && [command, environ, cwd].some((text) => text.includes(marker) || text.includes(folder)),
  );
}

/** `1234 nats-server -c … (installation x)`: what a person needs to recognise it. */
export function describeLeftover({ pid, command, environ }) {
  const installation = /(?:^|\0)BENCHBUS_INSTALLATION=([^\0]*)/.exec(environ)?.[1];
  return `${pid} ${command.slice(0, 160)}${installation ? ` (installation ${installation})` : ''}`;
}
