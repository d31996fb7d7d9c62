/**
 * What runs a step, under its lock: `sh -c SCRIPT benchbus-step <dir> <program> <args…>`. Marks that the program was
 * started (by pid, which is also the process group) before it is; leaves the exit code, whole or not at all. Whoever
 * comes second finds the mark and does nothing (76): a step runs once, whatever happens to the runner.
 */
export const ALREADY_STARTED = 76;
export const STEP_SCRIPT = `
cd "$1" || exit 77
shift
[ -e started ] && exit ${ALREADY_STARTED}
ulimit -Sn 20000 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"
printf '%s\\n' "$$" >started.new && mv started.new started || exit 77
"$@" >stdout 2>stderr </dev/null
code=$?
printf '%s\\n' "$code" >exit.new && mv exit.new exit
exit "$code"
`;
