import { join } from 'node:path';
import type { Fault } from '@benchbus/suites';

/**
 * The measured part of a run with faults, of a tool that does not bear a broken connection:
 * `sh -c SCRIPT tool-starts <psql> <total ms> <first fault ms> <pattern> <signal> <stall ms> <tool …>`. The tool is started again for the
 * time that is left, once a server that takes writes answers. In its arguments `@left@` stands for the whole seconds that are
 * left, `@host@` for the server that takes writes. When a line of its output says that some of its connections are lost, it gets
 * the signal, and two seconds later SIGKILL, so that it goes on with all of them; SIGKILL, too, when it hangs five seconds
 * after its time, or, from the first fault on, when it is silent for longer than `stall ms` (0: it may be). What one that may not
 * be silent prints is stamped with the time at which that was seen, as it does not say which second it tells of. Before the first
 * fault nothing of this is right: the loop fails. What it says of its own begins with `benchbus: ` (read by @benchbus/load-tools,
 * faults/starts.ts).
 */
const SCRIPT = `
psql=$1 total=$2 fault=$3 pattern=$4 signal=$5 stall=$6
shift 6
now() { date +%s%3N; }
lost() { cat stdout stderr 2>/dev/null | grep -c "$pattern" || :; }
stamp() {
  mark="benchbus: at $(($1 - begin)) ms"
  echo "$mark"
  # What the tool printed meanwhile is not in it: that gets a stamp of its own.
  size=$((size + \${#mark} + 1))
}
writable() {
  timeout 2 "$psql" -XAtq -c "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'" \
    -c '\\echo :HOST' 2>/dev/null
}
start() {
  n=$#
  while [ "$n" -gt 0 ]; do
    arg=$1
    shift
    n=$((n - 1))
    case $arg in *@left@*) arg=\${arg%%@left@*}$(((left + 500) / 1000))\${arg#*@left@} ;; esac
    case $arg in *@host@*) arg=\${arg%%@host@*}$host\${arg#*@host@} ;; esac
    set -- "$@" "$arg"
  done
  exec "$@"
}
begin=$(now) nth=0 before=0
while :; do
  left=$((total - ($(now) - begin)))
  [ "$left" -lt 1000 ] && break
  answer=$(writable)
  case $answer in t*) host=$(printf '%s' "$answer" | tail -n 1) ;; *)
    sleep 0.2
    continue
    ;;
  esac
  nth=$((nth + 1))
  echo "benchbus: start $nth at $(($(now) - begin)) ms"
  size=$(wc -c <stdout)
  start "$@" &
  pid=$! moved=$(now)
  while kill -0 $pid 2>/dev/null; do
    sleep 0.2
    at=$(now) was=$size size=$(wc -c <stdout)
    if [ "$size" != "$was" ]; then
      moved=$at
      [ "$stall" = 0 ] || stamp "$at"
    fi
    if [ "$(lost)" -gt "$before" ]; then
      kill "-$signal" $pid 2>/dev/null
      grace=10
    elif [ $((at - begin)) -gt $((total + 5000)) ]; then
      grace=0
    elif [ "$stall" -gt 0 ] && [ $((at - begin)) -ge "$fault" ] && [ $((at - moved)) -gt "$stall" ]; then
      grace=0
    else
      continue
    fi
    while [ $grace -gt 0 ] && kill -0 $pid 2>/dev/null; do
      sleep 0.2
      grace=$((grace - 1))
    done
    kill -KILL $pid 2>/dev/null
    break
  done
  wait $pid
  code=$?
  all=$(lost)
  [ "$stall" = 0 ] || printf '\\nbenchbus: at %d ms' $(($(now) - begin))
  printf '\nbenchbus: start %d ended with %d, connections lost: %d\n' $nth $code $((all - before))
  before=$all
  took=$(($(now) - begin))
  [ $((took + 1000)) -gt "$total" ] && break
  if [ "$took" -lt "$fault" ]; then
    echo "it ended with $code before the first fault" >&2
    exit 1
  fi
done
if [ "$nth" = 0 ]; then
  echo 'no server took writes in time' >&2
  exit 1
fi
echo "benchbus: measured for $(($(now) - begin)) ms"
`;

export interface Restarted {
  /** Folder of psql. */
  readonly bin: string;
  readonly durationMs: number;
  readonly faults: readonly Pick<Fault, 'atMs'>[];
  /** Basic regular expression: a line that tells of a lost connection. */
  readonly lost: string;
  /** What ends the tool with its report, if anything does. */
  readonly signal: 'INT' | 'TERM';
  /** Of a tool that prints whole lines each second and may hang silently without its connections: how long it may be silent; not given: it may. */
  readonly stallMs?: number;
  /** Whether it may end before the first fault, too, and is started again. */
  readonly tolerant: boolean;
}

/** The command of a measured part that rides through faults. Secrets are in its environment. */
export function restartedCommand(of: Restarted, argv: readonly string[]): [string, ...string[]] {
  const total = Math.max(1, Math.ceil(of.durationMs / 1000)) * 1000;
  const first = of.tolerant ? 0 : Math.min(...of.faults.map(({ atMs }) => atMs));
  const own = [join(of.bin, 'psql'), String(total), String(first), of.lost, of.signal, String(of.stallMs ?? 0)];
  return ['sh', '-c', SCRIPT, 'tool-starts', ...own, ...argv];
}

/** For arguments: see above. */
export const [LEFT, HOST] = ['@left@', '@host@'] as const;
