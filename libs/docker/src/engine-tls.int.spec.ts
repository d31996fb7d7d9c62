import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { Engine } from './engine.ts';
import { makeCertificates, startEngineFront, startPrivateEngine } from './testing/index.ts';
import type { EngineFront, PrivateEngine } from './testing/index.ts';

const lacks =
  process.getuid?.() !== 0
    ? 'only root can start an engine'
    : findProgram(['dockerd'], ['/usr/sbin']) === undefined && 'dockerd is not on the PATH';

/** A dockerd with --tlsverify. */
describe.skipIf(lacks)(`an engine behind TLS${lacks ? ` (${lacks})` : ''}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'bb-tls-'));
  let engine: PrivateEngine;
  let plain: EngineFront;

  /** Of `ca`'s folder the CA, of `client`'s the client's certificate. */
  function certPath(name: string, ca: string, client?: string): string {
    const folder = join(root, name);
    mkdirSync(folder);
    copyFileSync(join(root, ca, 'ca.pem'), join(folder, 'ca.pem'));
    if (client === undefined) return folder;
    copyFileSync(join(root, client, 'client.pem'), join(folder, 'cert.pem'));
    copyFileSync(join(root, client, 'client-key.pem'), join(folder, 'key.pem'));
    return folder;
  }
  const ask = (DOCKER_CERT_PATH: string, DOCKER_HOST = engine.tlsHost) => {
    const asked = new Engine(engineAddress({ DOCKER_HOST, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH }), 30_000);
    return asked.ask({ doing: 'describe itself' }, () => asked.docker.version());
  };
  const refused = (hint: RegExp) => ({
    ...{ code: 'DOCKER_TLS_FAILED', where: 'DOCKER_CERT_PATH', message: expect.stringContaining('tcp://') as string },
    hint: expect.stringMatching(hint) as string,
  });

  beforeAll(async () => {
    makeCertificates(join(root, 'ours'));
    makeCertificates(join(root, 'others'));
    engine = await startPrivateEngine({ diskBytes: 2 ** 24, certificates: join(root, 'ours') });
    plain = await startEngineFront({ options: { socketPath: engine.engine.host.replace('unix://', '') } }, {});
  });
  afterAll(async () => {
    await plain.close();
    await engine.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('answers who has the right certificates', async () => {
    expect((await ask(certPath('right', 'ours', 'ours'))).Version).toMatch(/^\d+\./);
  });

  it('that another CA signed is refused', async () => {
    await expect(ask(certPath('wrong-ca', 'others', 'ours'))).rejects.toMatchObject(
      refused(/ca\.pem .* CA that signed/),
    );
  });

  it.each([
    ['none', undefined],
    ['one of another CA', 'others'],
  ])('wants a certificate of its own CA, and gets %s', async (name, client) => {
    await expect(ask(certPath(`client ${name}`, 'ours', client))).rejects.toMatchObject(
      refused(/cert\.pem and key\.pem/),
    );
  });

  it('has to have the name by which it is called', async () => {
    const other = engine.tlsHost.replace('127.0.0.1', 'localhost');
    await expect(ask(certPath('name', 'ours', 'ours'), other)).rejects.toMatchObject(
      refused(/certificate of the engine/),
    );
  });

  it('is not one that speaks no TLS', async () => {
    await expect(ask(certPath('plain', 'ours', 'ours'), plain.host)).rejects.toMatchObject(refused(/speaks no TLS/));
  });

  it('is not asked without TLS', async () => {
    const asked = new Engine(engineAddress({ DOCKER_HOST: engine.tlsHost }), 30_000);
    const problem = refused(/DOCKER_TLS_VERIFY=1/);
    await expect(asked.ask({ doing: 'answer' }, () => asked.docker.version())).rejects.toMatchObject(problem);
  });

  it('is not asked with half a certificate, or one that is none', async () => {
    const folder = certPath('half', 'ours');
    writeFileSync(join(folder, 'cert.pem'), 'no certificate');
    const half = () => engineAddress({ DOCKER_HOST: engine.tlsHost, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    expect(half).toThrow(expect.objectContaining({ code: 'DOCKER_HOST_INVALID', where: 'DOCKER_CERT_PATH' }));
    writeFileSync(join(folder, 'key.pem'), 'no key');
    await expect(ask(folder)).rejects.toMatchObject(refused(/have to be PEM/));
  });
});
