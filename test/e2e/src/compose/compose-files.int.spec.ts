import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsServerConfig } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { REPO } from '../testing/installation.ts';
import { compose, DEFAULT, findCompose, OFFLINE, SECURE } from './compose-files.ts';

interface Service {
  readonly image: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly { readonly host_ip?: string }[];
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly build?: { readonly dockerfile: string; readonly target?: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Project {
  readonly services: Readonly<Record<string, Service>>;
}

const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
const PINNED = /:v?\d+\.\d+(\.\d+)?(-\w+)?$/;
/** They do their work once, and end. */
const JOBS = ['hatchet-token', 'runner-image'];

/** Nothing is started: but a slip must not reach an installation either. */
const project = `bbc${randomBytes(4).toString('hex')}`;
const read = (file: string) => readFileSync(join(REPO, file), 'utf8');
const parsed = async (files: readonly string[], env = {}, options: readonly string[] = []): Promise<Project> =>
  JSON.parse(await compose({ project, files, args: [...options, 'config', '--format', 'json'], env })) as Project;

describe.skipIf(findCompose() === undefined)('the Compose files', () => {
  it('hold the whole system, each part with a health check, and start by health', async () => {
    const { services } = await parsed(DEFAULT);
    const parts = ['nats', 'valkey', 'hatchet-postgres', 'hatchet-lite', 's3'];
    expect(Object.keys(services).sort()).toEqual([...parts, ...SERVICES, ...JOBS].sort());
    for (const name of parts) expect(services[name]?.healthcheck?.test.length, name).toBeGreaterThan(1);
    for (const [name, { depends_on = {} }] of Object.entries(services))
      for (const [other, { condition }] of Object.entries(depends_on))
        expect(condition, `${name} → ${other}`).toBe(
          JOBS.includes(other) ? 'service_completed_successfully' : 'service_healthy',
        );
    // The services' health checks are their images'.
    const dockerfile = read('images/service/Dockerfile');
    for (const name of SERVICES) expect(dockerfile).toMatch(new RegExp(`^FROM base AS ${name}$`, 'm'));
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\/benchbus\/ready\.mjs/m);
  });

  it.each([['default', DEFAULT] as const, ['offline', OFFLINE] as const])(
    'publish nothing but on 127.0.0.1, and give no service more than it needs (%s)',
    async (_, files) => {
      const { services } = await parsed(files);
      for (const [name, { ports = [] }] of Object.entries(services))
        for (const port of ports) expect(port.host_ip, name).toBe('127.0.0.1');
      for (const name of SERVICES) {
        expect(services[name], name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
        expect(services[name]?.user, name).toBe(name === 'provisioner' ? '0:0' : undefined);
      }
    },
  );

  it('pin the images of others', async () => {
    const { services } = await parsed(DEFAULT);
    for (const [name, { image, build }] of Object.entries(services))
      if (build === undefined) expect(image, name).toMatch(PINNED);
  });

  it('take the embedded engine in the place of Hatchet and its PostgreSQL, offline', async () => {
    const { services } = await parsed(OFFLINE);
    expect(Object.keys(services)).not.toContain('hatchet-postgres');
    expect(services['hatchet-lite']?.image).toBe('benchbus/hatchet-embedded:dev');
  });

  it('watch the system with parts of a profile: pinned, on 127.0.0.1 alone, with the files of deploy/observability', async () => {
    const { services } = await parsed(DEFAULT, {}, ['--profile', 'observability']);
    const parts = ['otel-collector', 'jaeger', 'prometheus', 'grafana'];
    for (const name of parts) {
      const { image, ports = [], volumes = [] } = services[name] ?? expect.fail(name);
      expect(image).toMatch(PINNED);
      expect(ports.map((port) => port.host_ip)).toEqual(['127.0.0.1']);
      for (const { type, source } of volumes) if (type === 'bind') expect(existsSync(source), source).toBe(true);
      expect(services[name], name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
    expect(Object.keys((await parsed(DEFAULT)).services).filter((name) => parts.includes(name))).toEqual([]);
  });

  it('have every variable explained in .env.example, whose defaults are theirs', async () => {
    const used = [
      ...[...new Set([...OFFLINE, ...SECURE])]
        .map(read)
        .join('\n')
        .matchAll(/\$\{([A-Z][A-Z0-9_]*):?-?/g),
    ].map(([, name]) => name);
    const example = read('.env.example');
    const lines = [...example.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
    expect(lines.map(([name]) => name).sort()).toEqual([...new Set(used)].sort());
    const env = Object.fromEntries(lines) as Record<string, string>;
    // The offline files replace images and settings of the default one: both are to be looked at.
    for (const files of [DEFAULT, OFFLINE, SECURE]) expect(await parsed(files, env)).toEqual(await parsed(files));
  });

  it('hand the provisioner every setting of its pools', async () => {
    const pools = { BENCHBUS_DOCKER_CIDR: '10.9.0.0/16', BENCHBUS_DOCKER_BLOCK_PREFIX: '26' };
    const parts = {
      BENCHBUS_DOCKER_EXCLUDE: '10.9.0.0/24, 10.9.7.0/24',
      BENCHBUS_DOCKER_OTHER_POOLS: '172.28.0.0/16:24',
    };
    const env = { ...pools, ...parts };
    expect((await parsed(DEFAULT, env)).services['provisioner']?.environment).toMatchObject(env);
    // All that it has, by its own page.
    const known = read('services/provisioner/README.md').match(
      /BENCHBUS_DOCKER_(CIDR|BLOCK_PREFIX|EXCLUDE|OTHER_POOLS)/g,
    );
    expect(new Set(known)).toEqual(new Set(Object.keys(env)));
  });

  it('give each service its own credentials alone, by TLS, with secure.yml', async () => {
    const { services } = await parsed(SECURE);
    for (const name of [...SERVICES, 'nats-streams']) {
      const { environment = {}, volumes = [], depends_on = {} } = services[name] ?? {};
      const user = name === 'nats-streams' ? 'operator' : name;
      expect(environment, name).toMatchObject({ NATS_CREDS_FILE: '/nats/nats.creds', NATS_CA_FILE: '/nats/ca.pem' });
      expect(environment['NATS_URL'], name).toMatch(/^tls:/);
      expect(volumes.filter(({ source }) => /-(nats|security)$/.test(source)).map(({ source }) => source)).toEqual([
        `${user}-nats`,
      ]);
      if (name !== user) expect(environment['BENCHBUS_STREAMS']).toBe('only');
      else expect(depends_on['nats-streams']?.condition).toBe('service_completed_successfully');
    }
    const signing = Object.entries(services).filter(([, one]) => one.environment?.['BENCHBUS_NATS_SIGNING_KEY_FILE']);
    expect(signing.map(([name]) => name)).toEqual(['provisioner']);
  });

  it('configure NATS as `benchbus up` does', () => {
    const settings = (text: string) =>
      new Set(
        text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line) && !line.startsWith('http:')),
      );
    const own = natsServerConfig({ host: '0.0.0.0', port: 4222, storeDir: '/var/lib/nats' });
    expect(settings(read('deploy/compose/nats.conf'))).toEqual(settings(own));
    const [secure = '', more = ''] = read('deploy/compose/nats-secure.conf').split(/^include /m);
    expect(settings(secure)).toEqual(settings(own));
    expect(more).toMatch(/^"security\/accounts\.conf"\n(.*\n)*tls \{/);
  });
});
