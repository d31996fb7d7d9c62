/** What the CLI's exit codes mean; scripts rely on them. */
export const EXIT = {
  success: 0,
  /** The suite failed, or something unexpected happened. */
  failed: 1,
  /** The input (a file, an argument) is wrong, or a stack runs here already. */
  invalid: 2,
  /** A needed server cannot be reached, or a needed program is missing. */
  unreachable: 3,
  /** Ended by Ctrl-C or on request, and cancelled. */
  cancelled: 130,
} as const;

/** Of a program that a command ran for the user: it becomes the command's own. */
export type ChildExitCode = number & { readonly child: unique symbol };
export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | ChildExitCode;

const INVALID =
  /^(SUITE_(?!FAILED$)|RUN_(?!FAILED$)|NODE_|NOTHING_|HOST_(ELSEWHERE|UNKNOWN|LIVES)$|TARGET_CANNOT$|YAML_|FILE_|PRICES_|LETTER_|BACKUP_(?!STALLED$)|LOG_EXISTS$|ARGUMENT_|STACK_RUNNING$|CONFIG_|HATCHET_(CONFIG|TOKEN|TLS)_)/;
const UNREACHABLE =
  /(_UNREACHABLE|_MISSING|_UNAVAILABLE|_REFUSED|_UNUSABLE)$|^(NO_STACK|STACK_CHILD_FAILED$|NO_ANSWER|NO_DISPATCHER|NATS_|WAIT_TIMEOUT$)/;

const CANCELLED = new Set(['SUITE_CANCELLED_BEFORE_ACCEPTANCE', 'SUITE_CANCEL_REQUESTED', 'INTERRUPTED']);

/** Exit code of a problem's stable code. */
export function exitCodeOfProblem(code: string): ExitCode {
  if (CANCELLED.has(code)) return EXIT.cancelled;
  if (INVALID.test(code)) return EXIT.invalid;
  return UNREACHABLE.test(code) ? EXIT.unreachable : EXIT.failed;
}
