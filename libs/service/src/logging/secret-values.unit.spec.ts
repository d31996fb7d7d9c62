import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { errorForLog } from './error-for-log.ts';
import { hideSecretValues, withoutSecretValues } from './secret-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchbus-secret-values-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('withoutSecretValues', () => {
  it('hides values of secret variables wherever they stand, as they are and as JSON', () => {
    hideSecretValues({ SOME_TOKEN: 'canary-token-1', SOME_PASSWORD: 'canary"pass\n2', SOME_HOST: 'canary-host-3' });
    const line = JSON.stringify({ msg: 'x=canary-token-1;', other: 'canary"pass\n2', host: 'canary-host-3' });
    const safe = withoutSecretValues(line);
    expect(safe).not.toMatch(/canary-token|canary.*pass/);
    expect(JSON.parse(safe)).toEqual({ msg: 'x=[redacted];', other: '[redacted]', host: 'canary-host-3' });
  });

  it('hides the content of files, not their names; and a key given in place of its file', () => {
    const content = 'Y2FuYXJ5LWtleS1jb250ZW50LW9mLWEtZmlsZQ';
    const inline = 'Y2FuYXJ5LWtleS1naXZlbi1pbi1wbGFjZS1vZi1pdA';
    const pem = (body: string) => `-----BEGIN KEY-----\n${body}\n-----END KEY-----\n`;
    const file = join(folder, 'canary-key.pem');
    writeFileSync(file, pem(content));
    hideSecretValues({ SOME_KEY_FILE: file, OTHER_KEY_FILE: pem(inline), SOME_SECRETS_DIR: folder });
    expect(withoutSecretValues(`${file} ${content} ${inline}`)).toBe(`${file} [redacted] [redacted]`);
  });

  it('leaves short values: they stand in ordinary words', () => {
    hideSecretValues({ SHORT_KEY: 'a' });
    expect(withoutSecretValues('a banana')).toBe('a banana');
  });
});

describe('errorForLog', () => {
  it('of an axios error shows the request and the answer, not the headers, the agent, the socket', () => {
    const error = Object.assign(new Error('Request failed with status code 502'), {
      isAxiosError: true,
      code: 'ERR_BAD_RESPONSE',
      config: {
        method: 'get',
        baseURL: 'https://h',
        url: '/api/v1/x',
        headers: { Authorization: 'Bearer canary' },
        httpsAgent: { options: { key: 'canary' } },
      },
      request: { _header: 'Authorization: Bearer canary' },
      response: { status: 502, data: { errors: ['down'], token: 'canary' }, headers: {}, config: { key: 'canary' } },
    });
    const logged = errorForLog(error);
    expect(logged).toMatchObject({ request: 'get https://h /api/v1/x', status: 502, answer: { errors: ['down'] } });
    expect(JSON.stringify(logged)).not.toContain('canary');
  });

  it('of another error shows its own fields', () => {
    const logged = errorForLog(Object.assign(new Error('no'), { code: 'E', password: 'canary' }));
    expect(logged).toMatchObject({ type: 'Error', message: 'no', code: 'E', password: '[redacted]' });
  });
});
