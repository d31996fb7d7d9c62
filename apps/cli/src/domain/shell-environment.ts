import type { DeployedNode } from './find-node.ts';

/**
 * What a shell may see of its caller's environment. Not the rest: it may run as another user, and the caller's holds
 * secrets of the installation. Above all no BENCHBUS_ name: these are the labels of a run's own processes.
 */
const PASSED = /^(PATH|TERM|COLORTERM|LANG|LC_[A-Z]+|TZ|EDITOR|VISUAL|PAGER|LESS|NO_COLOR|SHELL|PSQL_PAGER)$/;

export interface ShellPlace {
  readonly where: Pick<DeployedNode, 'runId' | 'node' | 'plan'>;
  /** Derived; undefined for a database that is not of this run. */
  readonly password: string | undefined;
  readonly postgresBin: string | undefined;
  /** Whose shell it is, if not the caller's. */
  readonly user: { readonly name: string; readonly home: string } | undefined;
  readonly home: string | undefined;
}

/** Where `psql` connects from here: a node's own server, else where the load tool connects; a secret URL is not told. */
function libpq({ node, plan }: ShellPlace['where']): Record<string, string> {
  const { connection } = plan;
  if ('url' in connection) return {};
  const { host, port } = serverOf(node) ?? connection;
  return { PGHOST: host, PGPORT: String(port), PGUSER: connection.user, PGDATABASE: connection.database };
}

function serverOf(node: DeployedNode['node']): { readonly host: string; readonly port: number } | undefined {
  for (const process of node.processes)
    if (process.kind === 'postgres' || process.kind === 'patroni') return { host: node.address, port: process.port };
  return undefined;
}

/** The environment of a node's shell: libpq's variables, the programs of the plan's version, a prompt that names the node. */
export function shellEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  place: ShellPlace,
): Record<string, string> {
  const { where, password, postgresBin, user, home } = place;
  const passed = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]),
  );
  const path = [postgresBin, own['PATH'] ?? '/usr/bin:/bin'].filter((part) => part !== undefined).join(':');
  const prompt = `${where.runId}/${where.node.name}:\\W\\$ `;
  return {
    ...Object.fromEntries(passed),
    PATH: path,
    ...(user ? { HOME: user.home, USER: user.name, LOGNAME: user.name } : home === undefined ? {} : { HOME: home }),
    ...libpq(where),
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    // Nothing of a visit shall stay on the machine, in a home that may be the database's.
    HISTFILE: '/dev/null',
    PSQL_HISTORY: '/dev/null',
    PS1: prompt,
    // A bash's own start-up files set PS1 after us; this has the last word.
    PROMPT_COMMAND: `PS1='${prompt}'`,
  };
}
