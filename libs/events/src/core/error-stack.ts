const MOST = 40;

/**
 * Where an error came from, its causes included: their names and the frames, without their messages, which may repeat
 * what a client sent.
 */
export function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (depth > 0) lines.push(`caused by ${cause.name}`);
    lines.push(...(cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)));
  }
  return lines.slice(0, MOST).join('\n');
}
