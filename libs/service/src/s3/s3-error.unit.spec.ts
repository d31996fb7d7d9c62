import { describe, expect, it } from 'vitest';
import { mayPass, s3Error } from './s3-error.ts';

const said = (name: string, httpStatusCode?: number) =>
  Object.assign(
    new Error('its words'),
    { name },
    httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } },
  );

describe('what S3 says to making a bucket', () => {
  it.each([
    ['InvalidBucketName', 400],
    ['BucketAlreadyExists', 409],
    ['TooManyBuckets', 400],
    ['IllegalLocationConstraintException', 400],
    ['NoSuchBucket', 404],
  ])('%s (%i) is a refusal: STORE_BUCKET, not to be tried again', (name, status) => {
    const error = s3Error(said(name, status), 'CreateBucket', 'bucket b');
    expect(error).toMatchObject({ code: 'STORE_BUCKET', where: 'bucket b' });
    expect(error.message).toContain('refuses to make');
    expect(error.message).toContain(name);
    expect(mayPass(error)).toBe(false);
  });

  it.each([
    ['AccessDenied', 403, 'STORE_CREDENTIALS', false],
    ['QuotaExceeded', 403, 'STORE_FULL', false],
    ['SlowDown', 503, 'STORE_FAILED', true],
    ['RequestTimeout', 408, 'STORE_FAILED', true],
    ['OperationAborted', 409, 'STORE_FAILED', true],
    ['ECONNREFUSED', undefined, 'STORE_UNREACHABLE', true],
  ])('%s (%s) is %s', (name, status, code, passes) => {
    const error = s3Error(said(name, status), 'CreateBucket', 'bucket b');
    expect(error).toMatchObject({ code });
    expect(mayPass(error)).toBe(passes);
  });
});

it('names the setting that makes a bucket where there is none', () => {
  const error = s3Error(said('NoSuchBucket', 404), 'ListObjectsV2', 'bucket b');
  expect(error).toMatchObject({
    code: 'STORE_BUCKET',
    hint: expect.stringContaining('S3_CREATE_BUCKET=true') as string,
  });
});
