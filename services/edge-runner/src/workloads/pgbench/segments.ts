import { join } from 'node:path';
import type { Fault, PgbenchWorkload } from '@benchbus/suites';
import { LOG_PREFIX, measureCommand, seconds } from './command.ts';

/**
 * The measured part of a run with faults: `sh -c SCRIPT pgbench-segments <psql> <total ms> <first fault ms> <pgbench …>`.
 * pgbench ends with its clients when their server goes (exit code 2, its report printed all the same), and is started again
 * for the time that is left, once a server that takes writes answers; 1 is a start that came too early. When only some
 * clients are lost, SIGALRM is its own signal that the time is over: it ends the others after their transaction, and reports.
 * Before the first fault nothing of this is right: the loop ends with pgbench's own code. What it says of its own begins with
 * `benchbus: ` (read by @benchbus/load-tools, segments.ts). The `started` mark of the step is a moment before its first clock.
 */
const SCRIPT = `
psql=$1 total=$2 fault=$3
shift 3
now() { date +%s%3N; }
lost() { grep -c '^pgbench: error: client [0-9]* .*aborted' stderr || :; }
writable() { timeout 2 "$psql" -XAtqc "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'" 2>/dev/null; }
begin=$(now) nth=0 before=0 code=0
while :; do
  left=$((total - ($(now) - begin)))
  [ "$nth" -gt 0 ] && [ "$left" -lt 1000 ] && break
  if [ "$nth" -gt 0 ] && [ "$(writable)" != t ]; then sleep 0.2; continue; fi
  nth=$((nth + 1))
  echo "benchbus: start $nth"
  "$@" --log-prefix=${LOG_PREFIX}-$nth -T $(((left + 500) / 1000)) &
  pid=$!
  while kill -0 $pid 2>/dev/null; do
    sleep 0.2
    [ "$(lost)" -gt "$before" ] && kill -ALRM $pid 2>/dev/null && break
  done
  wait $pid
  code=$?
  all=$(lost)
  echo "benchbus: start $nth ended with $code, connections lost: $((all - before))"
  before=$all
  [ "$code" = 0 ] && break
  [ "$code" = 2 ] || { [ "$code" = 1 ] && [ "$nth" -gt 1 ]; } || exit "$code"
  [ $(($(now) - begin)) -ge "$fault" ] || exit "$code"
done
[ "$nth" -gt 0 ] || exit "$code"
echo "benchbus: measured for $(($(now) - begin)) ms"
`;

/** What pgbench is given by the loop itself. */
const OWN = /^(-T|--log-prefix=.*)$/;

/** The command of a measured part that rides through faults. Secrets and servers are in its environment. */
export function segmentsCommand(
  bin: string,
  workload: PgbenchWorkload,
  faults: readonly Pick<Fault, 'atMs'>[],
): [string, ...string[]] {
  const plain = measureCommand(bin, workload);
  const pgbench = plain.filter((arg, at) => !OWN.test(arg) && plain[at - 1] !== '-T');
  const first = Math.min(...faults.map(({ atMs }) => atMs));
  const totalMs = seconds(workload.durationMs) * 1000;
  return ['sh', '-c', SCRIPT, 'pgbench-segments', join(bin, 'psql'), String(totalMs), String(first), ...pgbench];
}
