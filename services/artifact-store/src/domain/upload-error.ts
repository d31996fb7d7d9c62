import { BenchbusError } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';

const STATUS = {
  UPLOAD_SIGNATURE: 403,
  UPLOAD_EXPIRED: 403,
  UPLOAD_SIZE: 400,
  UPLOAD_CHECKSUM: 422,
  ARTIFACT_REJECTED: 409,
  ARTIFACT_DIFFERS: 409,
  ARTIFACT_EXPIRED: 410,
  RUN_UNKNOWN: 404,
  RUN_RELEASED: 410,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STORE_FULL: 507,
} as const;
export type UploadErrorCode = keyof typeof STATUS;

/** An upload that was refused; the sender gets the problem as JSON with this status. */
export class UploadError extends BenchbusError {
  readonly status: number;

  constructor(code: UploadErrorCode, problem: Omit<Problem, 'code'>, options?: ErrorOptions) {
    super({ ...problem, code }, options);
    this.name = 'UploadError';
    this.status = STATUS[code];
  }
}
