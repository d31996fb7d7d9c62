import { PermissionViolationError } from '@nats-io/nats-core';
import { BenchbusError } from '../bus/errors.ts';

/** A server with accounts refused the subject: trying again changes nothing. Any other error as it is. */
export function notPermitted(error: unknown): unknown {
  const violation = [error, (error as Error | undefined)?.cause].find((one) => one instanceof PermissionViolationError);
  if (violation === undefined) return error;
  return new BenchbusError(
    {
      code: 'NATS_NOT_PERMITTED',
      message: violation.message,
      where: violation.subject,
      hint: 'whose credentials are these? docs/reference/nats-permissions.md says who may what',
    },
    { cause: error, permanent: true },
  );
}
