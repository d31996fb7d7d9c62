import { describe, expect, it } from 'vitest';
import { carriesSecret, mayCarrySecret } from '../parse/carries-secret.ts';
import { secretArguments } from './command-secrets.ts';
import { isSecretVariable } from './secret-name.ts';
import { looksLikeToken } from './token-like.ts';

describe('the name of a variable', () => {
  it.each(
    'DB_PASS PGPASS PGPASSWORD PASS MY_PW SIGNING_KEY PAT BEARER COOKIE AUTH DB_DSN DSN MYSQL_PWD APIKEY API_KEY dbPass db-pass GITHUB_PAT JWT AWS_CREDS CREDENTIALS PASSWORD_SALT SENTRY_DSN SESSION_COOKIE OAUTH_CODE KEY ENCRYPTION_KEY HTTP_HEADERS CLIENT_SECRET MASTERKEY SLACK_WEBHOOK'.split(
      ' ',
    ),
  )('says that it is a secret: %s', (name) => expect(isSecretVariable(name, 'x1')).toBe(true));

  it.each(
    'POOL_SIZE BYPASS COMPASS MONKEY KEYBOARD PATH PATTERN AUTHOR DESIGN ASSIGN_IDS PGHOST PGUSER SCALE_FACTOR DURATION BASALT TURKEY PWM SPARSE LOG_LEVEL HOME SIGNAL KEYSPACE PATIENCE COOKIECUTTER'.split(
      ' ',
    ),
  )('is an ordinary one: %s', (name) => expect(isSecretVariable(name, 'x1')).toBe(false));

  it('may be a quantity, as long as its value is one', () => {
    for (const [name, value] of Object.entries({
      KEY_SIZE: '16',
      KEY_COUNT: '1000000',
      TOKEN_TTL: '30s',
      KEY_BYTES: '4kB',
    }))
      expect(isSecretVariable(name, value), name).toBe(false);
    expect(isSecretVariable('KEY_SIZE', 'hunter2')).toBe(true);
    expect(isSecretVariable('KEY', '16')).toBe(true);
  });
});

/** Values that people give to variables and arguments, none of them a secret. */
const ORDINARY = [
  ...['', 'on', 'debug', '16', '0.75', '30s', '4GiB', 'repeatable read', 'read_committed', 'en_US.UTF-8', 'UTC+02:00'],
  ...[
    'db-primary-01.eu-west-1.example.com',
    'ip-10-0-12-34.eu-west-1.compute.internal',
    '10.0.12.34:5432',
    '[::1]:6432',
  ],
  ...['fe80::1ff:fe23:4567:890a', 'localhost:5432,localhost:5433', 'https://example.com:8443/v1/things?limit=10'],
  ...['postgres://bench@db.example:5432/bench?sslmode=require', 'registry.example:5000/team/image:1.2.3-alpine3.19'],
  ...[
    'image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '/opt/stroppy/v2.0.1/bin/tool-x86_64',
  ],
  ...['bench/data/2026/file01.csv', './scripts/load10.sql', 'C:/Users/bench/data1', 'v2.0.0-rc1+build.20261124'],
  ...['2026-11-24T22:26:42Z', '20261124T222642Z', '20261124T222642Z-bench-run-7', 'bench_accounts_partition_2026_11'],
  ...[
    'org.postgresql.Driver42',
    'LongCamelCaseConfigName2026',
    'benchmark2026november24results',
    'x86_64-unknown-linux-gnu',
  ],
  ...[
    'oltp_update_non_index,oltp_point_select',
    'a=1,b=2,c=3',
    '12345678901234567890123',
    'tpcb-like@4',
    'bob@example.com',
  ],
  ...['mailto:bob@example.com', 'SELECT a::int4 FROM t WHERE b @> c', String.raw`\set aid random(1, 100000 * :scale)`],
  ...[
    '-Xmx4g -XX:+UseG1GC -XX:MaxGCPauseMillis=200',
    'pg17-orioledb-beta10-heap-vs-index-1',
    '{"clients":8,"mode":"read_only"}',
  ],
  ...[
    '$DB_PASSWORD',
    'password=$DB_PASSWORD',
    'export PGPASSWORD="${PW}"; exec psql',
    'npm:443/@scope',
    'http://host:80/a@v1',
  ],
];

const HEX = '9f86d081884c7d659a2feaa0c55ad015';
const SECRETS = [
  ...['bob:hunter2@tcp(db:3306)/x', 'postgres://u:hunter2@h/d', 'postgres://u:pa/ss@h/d', 'jdbc:postgresql://u:p1@h/d'],
  ...['redis://:hunter2@h', 'x bob:hunter2@h y', 'mongodb+srv://u:p@cluster0.example', 'u:p:w@h:5432'],
  ...[
    'host=h password=hunter2',
    'aws_secret_access_key=abc',
    '{"password": "hunter2"}',
    'api_key: abc',
    'Bearer abcdefghij',
  ],
  ...['Authorization: Basic dXNlcjpwdw==', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'AKIAIOSFODNN7EXAMPLE'],
  ...[
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ],
  ...[HEX, HEX.toUpperCase(), HEX.slice(0, 20), '550e8400-e29b-41d4-a716-446655440000', 'q8Zr1Lk0Wv3Tn6Xy9Pb2'],
  ...[
    'dGhpcyBpcyBhIHNlY3JldCAxMjM0NTY3ODkw',
    '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11',
    'sk-proj-abc123DEF456ghi789',
  ],
  ...['https://hooks.example/services/T0AB1/B2CD3/x7Kq2mZp9Lw4Rt6Yv8Nb1Cd3', '-----BEGIN RSA PRIVATE KEY-----'],
];

describe('a value', () => {
  it.each(ORDINARY)('is ordinary: %s', (value) => expect(mayCarrySecret(value)).toBe(false));
  it.each(SECRETS)('may be a secret: %s', (value) => expect(mayCarrySecret(value)).toBe(true));

  it('of anything but a variable may be a hash: a label names a commit', () => {
    expect(carriesSecret(HEX)).toBe(false);
    expect(carriesSecret('bob:hunter2@tcp(h)')).toBe(true);
    expect(carriesSecret('see ghp_16C7e42F292c6912E7710c838347Ae178B4a')).toBe(true);
  });

  it('at random is a token, in whatever alphabet', () => {
    // A generator with a seed: the same thousand words each time.
    let state = 42;
    const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const alphabets = ['0123456789abcdef', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
    for (const alphabet of alphabets)
      for (const length of [24, 32, 40, 64]) {
        const words = Array.from({ length: 250 }, () =>
          Array.from({ length }, () => alphabet[Math.floor((random(2 ** 20) / 2 ** 20) * alphabet.length)]).join(''),
        );
        const seen = words.filter(looksLikeToken).length / words.length;
        expect(seen, `${alphabet.length} characters, ${length} long`).toBeGreaterThan(0.95);
      }
  });

  it('is looked at in linear time', () => {
    for (const piece of ['a:', 'a:a@', 'password', 'eyJ', '-----BEGIN ', 'a1', 'a/', '://', 'key=', 'A1b='])
      expect(typeof mayCarrySecret(piece.repeat(Math.ceil(200_000 / piece.length)))).toBe('boolean');
  });
});

describe('arguments', () => {
  it.each<[string[], number[]]>([
    [['x', '--password', 'hunter2'], [2]],
    [['x', '--token=hunter2', '-v'], [1]],
    [['x', '-db-password=hunter2'], [1]],
    [['mysql', '-phunter2'], [1]],
    [['/usr/bin/mysqladmin', '-psecretly'], [1]],
    [['x', '-phunter2'], [1]],
    [['curl', '-u', 'bob:hunter2', 'https://h'], [2]],
    [['curl', '-ubob:hunter2'], [1]],
    [['curl', '--user=bob:hunter2'], [1]],
    [['curl', '-H', 'Authorization: Bearer abcdef123'], [2]],
    [['sh', '-c', 'PGPASSWORD=hunter2 psql'], [2]],
    [
      ['x', '--api-key', 'a', '--secret', 'b'],
      [2, 4],
    ],
    [['x', '--id', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'], [2]],
  ])('%j', (argv, found) => expect(secretArguments(argv)).toEqual(found));

  it.each<[string[]]>([
    [['pgbench', '-p', '5432', '-p5432', '-c', '8', '-j2', '-P', '5', '--protocol=prepared']],
    [['docker', 'run', '-u', '1000:1000', '-p8080:80', 'image:1']],
    [['x', '-parallel', '4', '-port=5432', '--password', '--verbose', '--token-count=5', '--user', 'bob']],
    [['sh', '-c', 'psql "host=$PGHOST password=$PGPASSWORD"']],
    [['x', '--password=$DB_PASSWORD', '--token', '${TOKEN}', '--keys=100']],
  ])('%j has none', (argv) => expect(secretArguments(argv)).toEqual([]));
});
