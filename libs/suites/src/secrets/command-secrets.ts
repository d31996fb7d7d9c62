import { mayCarrySecret } from '../parse/carries-secret.ts';

const OPTION = String.raw`--?(?:[\w]+[-_.])*(?:password|passwd|passphrase|pass|pwd|pw|token|secret|credentials?|bearer|api[-_]?key|access[-_]?key|secret[-_]?key|private[-_]?key)`;
const ALONE = new RegExp(`^${OPTION}$`, 'i');
const WITH_VALUE = new RegExp(`^${OPTION}[=:](.+)$`, 'is');
const USER = /^(?:-u|-U|--user|--proxy-user)$/;
const USER_WITH_VALUE = /^(?:-u|-U|--user=|--proxy-user=)([^:]+:.+)$/;

/** What stands for a value that comes from elsewhere. */
const isVariable = (text: string): boolean => /^\$(?:\w+|\{\w+\})$/.test(text);

/** `bob:hunter2`, and not the ids of `-u 1000:1000`. */
const isUserinfo = (text: string): boolean => /^[^\s:/]+:[^/\s]/.test(text) && !/^\d+:\d+$/.test(text);

/** `-phunter2`; not `-p5432`, `-parallel`, `-port=1`. Of MySQL's tools whatever follows. */
const isShort = (text: string, program: string): boolean =>
  /(?:^|\/)(?:mysql|mariadb)[\w-]*$/.test(program)
    ? /^-p./.test(text)
    : /^-p(?!\d+(?::\d+)*$)(?=.*[^a-z-])[^=\s]{3,}$/.test(text);

/** Indexes of a command's arguments that hold a secret. What only a program knows to be one (`-w x`) cannot be seen. */
export function secretArguments(argv: readonly unknown[]): number[] {
  const program = String(argv[0]);
  return argv.flatMap((item, index) => {
    if (typeof item !== 'string' || index === 0) return [];
    const before = String(argv[index - 1]);
    const value = WITH_VALUE.exec(item)?.[1];
    const told =
      (value !== undefined && !isVariable(value)) ||
      (ALONE.test(before) && index > 1 && item !== '' && !item.startsWith('-') && !isVariable(item)) ||
      (USER.test(before) && isUserinfo(item)) ||
      isUserinfo(USER_WITH_VALUE.exec(item)?.[1] ?? '') ||
      isShort(item, program);
    return told || (value === undefined && mayCarrySecret(item)) ? [index] : [];
  });
}
