import { BenchbusError, problemOf } from '@benchbus/events';

interface Said {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

interface Known {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const CREDENTIALS: Known = {
  code: 'STORE_CREDENTIALS',
  message: 'S3 does not accept these keys, or they may not do this',
  hint: 'check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: they must list, read, write and delete in S3_BUCKET (and make it, with S3_CREATE_BUCKET=true)',
};
const FULL: Known = {
  code: 'STORE_FULL',
  message: 'S3 has no space left',
  hint: 'free space, raise the quota of the bucket, or shorten artifacts.retention',
};
const BUCKET: Known = {
  code: 'STORE_BUCKET',
  message: 'the bucket does not exist',
  hint: 'make it, have it made by S3_CREATE_BUCKET=true, or set S3_BUCKET (and S3_REGION) to one that exists',
};
const REFUSED: Known = {
  code: 'STORE_BUCKET',
  message: 'S3 refuses to make the bucket',
  hint: 'set S3_BUCKET (and S3_REGION) to one that exists, or to a name that S3 takes and nobody else has',
};

/** By the names S3 and its look-alikes give them. */
const BY_NAME: Readonly<Record<string, Known>> = {
  NoSuchBucket: BUCKET,
  InvalidBucketName: BUCKET,
  InvalidAccessKeyId: CREDENTIALS,
  XAdminUserNotFound: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  AccessDenied: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  CredentialsProviderError: CREDENTIALS,
  QuotaExceeded: FULL,
  QuotaExceededException: FULL,
  XMinioStorageFull: FULL,
  InsufficientStorage: FULL,
};

const statusOf = ({ $metadata, $response }: Said): number | undefined =>
  $metadata?.httpStatusCode ?? $response?.statusCode;

function known(said: Said): Known | undefined {
  const { name } = said;
  const status = statusOf(said);
  if (typeof name === 'string' && BY_NAME[name] !== undefined) return BY_NAME[name];
  if (status === 401 || status === 403) return CREDENTIALS;
  return status === 507 ? FULL : undefined;
}

/** The same request would be refused again: neither too slow, nor too often, nor at the same time as another's. */
function isRefusal(said: Said): boolean {
  const status = statusOf(said) ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && said.name !== 'OperationAborted';
}

/** What making the bucket was answered with: it is refused, or it is what it would be of any request. */
function knownOfMaking(said: Said): Known | undefined {
  const found = known(said);
  return (found === undefined || found === BUCKET) && isRefusal(said) ? REFUSED : found;
}

/** No answer was had from it: the network's errors have a code, answers a status. */
const isSilent = (said: Said): boolean => statusOf(said) === undefined;

/**
 * What S3 said, as one of our errors: STORE_CREDENTIALS, STORE_BUCKET, STORE_FULL, STORE_UNREACHABLE, or STORE_FAILED with its
 * words. `where` names endpoint and bucket.
 */
export function s3Error(error: unknown, operation: string, where: string): BenchbusError {
  const said: Said = typeof error === 'object' && error !== null ? error : {};
  const found = operation === 'CreateBucket' ? knownOfMaking(said) : known(said);
  const words = [said.name, said.message].filter((word) => typeof word === 'string' && word !== '').join(': ');
  if (found) return new BenchbusError({ ...found, message: `${found.message} (${operation}: ${words})`, where });
  if (isSilent(said))
    return new BenchbusError({
      code: 'STORE_UNREACHABLE',
      message: `S3 does not answer (${operation}: ${words})`,
      where,
      hint: 'uploads are tried again until the run is released; check S3_URL and the network',
    });
  return new BenchbusError({
    code: 'STORE_FAILED',
    message: `S3 could not do it (${operation}: ${words})`,
    where,
    hint: 'it is tried again; the log of S3 says more',
  });
}

/** Whether S3 may do later what it did not do now. */
export const mayPass = (error: unknown): boolean =>
  ['STORE_UNREACHABLE', 'STORE_FAILED'].includes(problemOf(error).code);
