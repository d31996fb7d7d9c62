/** What a first suite is made of, as asked for. */
export interface FirstSuite {
  readonly name: string;
  /** A server of its own with this setting, or one that exists. */
  readonly database:
    | { readonly sharedBuffers: string }
    | { readonly url: string; /** Name of the secret with its password. */ readonly secret: string | undefined };
  readonly scale: number;
  readonly clients: number;
  /** As typed: `10s`, `5m`. */
  readonly duration: string;
  readonly times: number;
}

export const DEFAULTS = {
  name: 'first',
  database: { sharedBuffers: '128MB' },
  scale: 10,
  clients: 4,
  duration: '10s',
  times: 1,
} as const satisfies FirstSuite;

/** Of the server, beside those of the load: superusers and monitoring. */
const SPARE_CONNECTIONS = 20;
const TOOL_THREADS = 2;

function databaseLines(database: FirstSuite['database'], clients: number): string[] {
  if ('url' in database)
    return [
      '    # A database that exists: nothing is deployed, and its data is left as it is.',
      '    database:',
      '      connection:',
      `        url: ${JSON.stringify(database.url)}`,
      ...(database.secret === undefined
        ? []
        : [
            '        # Never the password itself: a variable of this name, or the file .benchbus/secrets/NAME (mode 0600).',
            `        password: { secret: ${JSON.stringify(database.secret)} }`,
          ]),
    ];
  return [
    '    # What is measured: one node with the role `primary` is a standalone server.',
    '    database:',
    '      topology:',
    '        postgres:',
    '          version: installed # the PostgreSQL this machine has; or a major version',
    "          settings: # postgresql.conf, in PostgreSQL's own units",
    `            shared_buffers: ${database.sharedBuffers}`,
    `            max_connections: ${clients + SPARE_CONNECTIONS}`,
    '        nodes:',
    '          - name: pg',
    '            hardware: { cores: 1, memory: 1GB, disk: 5GB }',
    '            postgres: { role: primary }',
  ];
}

/** The suite file, with comments. @param schema path of the JSON Schema from where the file is; undefined: not known */
export function firstSuiteYaml(suite: FirstSuite, schema: string | undefined): string {
  const { name, database, scale, clients, duration, times } = suite;
  return [
    '# A first suite, written by `benchbus init`. `benchbus plan FILE` shows what it will consist of, `benchbus run FILE --wait`',
    '# runs it. Whatever is not written has a default.',
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    'apiVersion: benchbus.io/v1',
    'kind: Suite',
    `name: ${JSON.stringify(name)}`,
    '',
    '# Where the nodes live: `local` means processes on this machine.',
    'target: local',
    '',
    '# A measurement has its host for itself: two at once would spoil both.',
    'sharing: exclusive',
    '',
    '# Keep the nodes of an ended run for a look (benchbus shell)? { when: never | on-failure | always, for: 30m }',
    'keep: { when: never }',
    '',
    'tests:',
    '  - name: tpcb-like',
    ...databaseLines(database, clients),
    '',
    '    # What does the measuring: it runs on a node of its own, named `load`.',
    '    workload:',
    '      tool: pgbench',
    '      script: tpcb-like # or simple-update, select-only',
    `      scale: ${scale} # times 100,000 accounts, about 16 MB`,
    `      clients: ${clients} # concurrent sessions`,
    `      threads: ${Math.min(clients, TOOL_THREADS)} # of pgbench itself; at most as many as clients`,
    '      warmup: 2s # load before the measurement, not counted',
    `      duration: ${duration} # the measurement`,
    '      hardware: { cores: 1, memory: 1GB, disk: 5GB }',
    '',
    '    # Several repeats show how much the numbers vary; each begins with fresh data, from a kept copy.',
    `    repeat: { times: ${times}, reset: data }`,
    '',
  ].join('\n');
}
