import { expect, test } from 'vitest';
import { judgeArchive, judgeBeside, judgeRoom } from './judge-storage.ts';

const GIB = 1024 ** 3;
const log = { name: 'EVENTS', messages: 10, lastSequence: 10, bytes: GIB, replicas: 1, isAppendOnly: true };
const roomy = { of: 'account', bytes: GIB } as const;

test.each([
  [{}, {}, 'ok', /no limit/],
  [{ maxBytes: 2 * GIB }, {}, 'ok', /stream EVENTS holds 1\.0 GiB of 2\.0 GiB, 50 %$/],
  [{ maxBytes: 1.4 * GIB }, {}, 'warn', /71 %$/, 'LOG_FILLS'],
  [{ maxBytes: GIB }, {}, 'fail', /100 %$/, 'LOG_FULL'],
  [
    { maxBytes: 2 * GIB },
    { bytes: 9 * GIB, limitBytes: 10 * GIB },
    'warn',
    /its account holds 9\.0 GiB of 10\.0 GiB, 90 %$/,
    'LOG_FILLS',
  ],
] as const)('a log of 1 GiB with %o in an account with %o is %s', (limits, account, status, found, code?: string) => {
  const [finding] = judgeRoom({ streams: [{ ...log, ...limits }], account: { ...roomy, ...account } });
  expect(finding?.status).toBe(status);
  expect(finding?.found).toMatch(found);
  expect(finding?.code).toBe(code);
});

const archive = { ...log, name: 'EVENTS_ARCHIVE', fed: { lag: 0, heardMs: 300 } };

test.each([
  [archive, 'ok', /^10 facts, 1\.0 GiB$/],
  [{ ...archive, fed: { lag: 5_000, heardMs: 300 } }, 'warn', /5,000 facts behind/],
  [{ ...archive, fed: { lag: 0, heardMs: -1 } }, 'warn', /hears nothing/],
  [{ ...archive, messages: 9 }, 'warn', /its sequences are not those of the log/],
  [{ ...log, name: 'EVENTS_ARCHIVE' }, 'warn', /nothing feeds it any more/],
] as const)('an archive %o is %s', (view, status, found) => {
  const [finding] = judgeArchive([log, view]);
  expect(finding?.status).toBe(status);
  expect(finding?.found).toMatch(found);
  expect(finding?.code).toBe(status === 'ok' ? undefined : 'ARCHIVE_BEHIND');
});

test('streams beside the log are spoken of when little room is left in them', () => {
  const beside = (name: string, bytes: number, maxBytes?: number) =>
    judgeBeside([log, { ...log, name, bytes, ...(maxBytes === undefined ? {} : { maxBytes }) }]);
  expect(beside('REQUESTS', GIB)).toEqual([]);
  expect(beside('REQUESTS', GIB, 2 * GIB)).toEqual([]);
  expect(beside('REQUESTS', 3 * GIB, 4 * GIB)).toMatchObject([{ status: 'warn', code: 'REQUESTS_FULL' }]);
  const [full] = beside('DEADLETTERS', GIB, GIB);
  expect(full).toMatchObject({ status: 'fail', code: 'DEADLETTERS_FULL' });
  expect(full?.found).toBe('stream DEADLETTERS holds 1.0 GiB of 1.0 GiB, 100 %');
});

test('without a log or an archive there is nothing to say', () => {
  expect(judgeRoom({ streams: [], account: roomy })).toEqual([]);
  expect(judgeArchive([log])).toEqual([]);
});
