/** gRPC statuses we decide by; everything else may be another answer the next time. */
export const GRPC = {
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

/** The gRPC status of an error of the SDK, which now and then wraps it. */
export function grpcCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'number') return error.code;
  return grpcCode(error.cause);
}
