import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Authority } from '../testing/certificates.ts';
import { readHatchetConfig } from './hatchet-config.ts';
import { hatchetVariables } from './hatchet-variables.ts';
import { HatchetConfigInvalid } from './problems.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const SIGNATURE = 'c2lnbmF0dXJlLW9mLWEtdG9rZW4';
const tokenOf = (claims: unknown) => `${part({ alg: 'ES256' })}.${part(claims)}.${SIGNATURE}`;
const ADDRESSES = { server_url: 'https://hatchet.example', grpc_broadcast_address: 'hatchet.example:7077' };
const TOKEN = tokenOf({ sub: 'tenant', ...ADDRESSES });
const BARE = tokenOf({ sub: 'tenant' });

const folder = mkdtempSync(join(tmpdir(), 'benchbus-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const authority = new Authority(folder, 'ours');
const { certFile, keyFile } = authority.issue('client', 'DNS:client.test');
const caFile = authority.ca.certFile;
const otherKey = join(folder, 'other.key');
writeFileSync(otherKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));

const short = (env: Record<string, string>) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [`HATCHET_CLIENT_${name}`, value]));
const read = (env: Record<string, string>) => readHatchetConfig(short(env));
const problemsOf = (env: Record<string, string>) => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof HatchetConfigInvalid) return error.problems;
    throw error;
  }
  return [];
};

describe('HATCHET_CLIENT_*', () => {
  test('without a token there is no engine', () => {
    expect(() => read({})).toThrow(expect.objectContaining({ code: 'HATCHET_TOKEN_MISSING' }));
    expect(() => read({ TOKEN: '' })).toThrow(expect.objectContaining({ code: 'HATCHET_TOKEN_MISSING' }));
  });

  test('a token alone is enough; what is set wins over it', () => {
    expect(read({ TOKEN })).toMatchObject({
      tenantId: 'tenant',
      hostPort: 'hatchet.example:7077',
      apiUrl: 'https://hatchet.example',
      namespace: '',
      tls: { strategy: 'tls', files: {} },
    });
    const set = { HOST_PORT: '[::1]:7', SERVER_URL: 'http://h:8', NAMESPACE: 'Team-A', TLS_STRATEGY: 'none' };
    expect(read({ TOKEN, ...set })).toMatchObject({
      hostPort: '[::1]:7',
      apiUrl: 'http://h:8',
      namespace: 'team-a_',
      tls: { strategy: 'none' },
    });
    expect(read({ TOKEN: BARE, HOST_PORT: 'h:7', API_URL: 'http://h' })).toMatchObject({ apiUrl: 'http://h' });
    expect(read({ TOKEN, SERVER_URL: 'http://h', API_URL: 'http://h/' })).toMatchObject({ apiUrl: 'http://h' });
  });

  test.each([
    ['HATCHET_CONFIG_TOKEN_MALFORMED', 'TOKEN', { TOKEN: 'not.three' }],
    ['HATCHET_CONFIG_TOKEN_MALFORMED', 'TOKEN', { TOKEN: 'a.b.c' }],
    ['HATCHET_CONFIG_TOKEN_MALFORMED', 'TOKEN', { TOKEN: tokenOf(ADDRESSES) }],
    ['HATCHET_CONFIG_ADDRESS_MISSING', 'HOST_PORT', { TOKEN: BARE, SERVER_URL: 'http://h' }],
    ['HATCHET_CONFIG_ADDRESS_MISSING', 'SERVER_URL', { TOKEN: BARE, HOST_PORT: 'h:7' }],
    ['HATCHET_CONFIG_ADDRESS_CONFLICT', 'SERVER_URL', { TOKEN, SERVER_URL: 'http://h', API_URL: 'http://i' }],
    ['HATCHET_CONFIG_ADDRESS_INVALID', 'HOST_PORT', { TOKEN, HOST_PORT: 'h:70777' }],
    ['HATCHET_CONFIG_ADDRESS_INVALID', 'HOST_PORT', { TOKEN, HOST_PORT: 'http://h:7' }],
    ['HATCHET_CONFIG_ADDRESS_INVALID', 'HOST_PORT', { TOKEN, HOST_PORT: 'h' }],
    ['HATCHET_CONFIG_ADDRESS_INVALID', 'API_URL', { TOKEN, API_URL: 'h:8' }],
    ['HATCHET_CONFIG_VALUE_INVALID', 'TLS_STRATEGY', { TOKEN, TLS_STRATEGY: 'on' }],
    ['HATCHET_CONFIG_VALUE_INVALID', 'NAMESPACE', { TOKEN, NAMESPACE: 'a b' }],
    ['HATCHET_CONFIG_VALUE_INVALID', 'RETRIER_MAX_ATTEMPTS', { TOKEN, RETRIER_MAX_ATTEMPTS: '0' }],
    ['HATCHET_CONFIG_FILE_MISSING', 'TLS_KEY_FILE', { TOKEN, TLS_STRATEGY: 'mtls', TLS_CERT_FILE: certFile }],
    ['HATCHET_CONFIG_FILE_UNREADABLE', 'TLS_ROOT_CA_FILE', { TOKEN, TLS_ROOT_CA_FILE: join(folder, 'none.pem') }],
    ['HATCHET_CONFIG_FILE_INVALID', 'TLS_ROOT_CA_FILE', { TOKEN, TLS_ROOT_CA_FILE: keyFile }],
    ['HATCHET_CONFIG_FILE_INVALID', 'TLS_KEY_FILE', { TOKEN, ...mutual(certFile, certFile) }],
    ['HATCHET_CONFIG_FILE_INVALID', 'TLS_KEY_FILE', { TOKEN, ...mutual(certFile, otherKey) }],
    ['HATCHET_CONFIG_FILE_INVALID', 'TLS_CERT_FILE', { TOKEN, ...mutual(keyFile, keyFile) }],
  ])('%s at %s', (code, variable, env) => {
    const problems = problemsOf(env);
    expect(problems).toMatchObject([{ code, where: `HATCHET_CLIENT_${variable}`, hint: expect.any(String) as string }]);
    expect(JSON.stringify(problems)).not.toContain(SIGNATURE);
  });

  test('everything that is wrong is told at once', () => {
    const env = { TOKEN: 'no', TLS_STRATEGY: 'mtls', TLS_CERT_FILE: certFile };
    expect(problemsOf(env).map(({ code }) => code)).toEqual([
      'HATCHET_CONFIG_TOKEN_MALFORMED',
      'HATCHET_CONFIG_FILE_MISSING',
    ]);
    expect(problemsOf({ TOKEN, HOST_PORT: 'x', TLS_STRATEGY: 'y' })).toHaveLength(2);
  });

  test('a key or a password in the wrong place is not printed', () => {
    const pasted = { TOKEN, ...mutual(certFile, authority.ca.key) };
    expect(JSON.stringify(problemsOf(pasted))).not.toContain(authority.ca.key.split('\n')[1]);
    expect(JSON.stringify(problemsOf({ TOKEN, HOST_PORT: 'bob:secret@h:7' }))).not.toContain('secret');
    expect(JSON.stringify(problemsOf({ TOKEN, API_URL: 'ftp://bob:secret@h:7' }))).not.toContain('secret');
  });

  test('paths are those of this process, also for its children', () => {
    const path = relative(process.cwd(), caFile);
    expect(read({ TOKEN, TLS_ROOT_CA_FILE: path }).tls.files.ca).toBe(caFile);
    const env = short({
      TOKEN,
      TLS_ROOT_CA_FILE: path,
      NAMESPACE: 'n',
      WORKER_HEALTHCHECK_ENABLED: 'true',
      HOST_PORT: '',
    });
    expect(hatchetVariables({ ...env, OTHER: 'x' })).toEqual(
      short({ TOKEN, TLS_ROOT_CA_FILE: caFile, NAMESPACE: 'n' }),
    );
  });
});

function mutual(cert: string, key: string) {
  return { TLS_STRATEGY: 'mtls', TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
}
