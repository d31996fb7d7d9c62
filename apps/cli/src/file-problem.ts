import type { Problem } from '@benchbus/suites';

const WHAT: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};

/** What the operating system says of a path that a person named, or that lies where he told us to work; undefined: another error. */
export function fileProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall }: NodeJS.ErrnoException = error;
  const what = WHAT[code];
  if (what === undefined || typeof path !== 'string') return undefined;
  return {
    code: 'FILE_UNUSABLE',
    message: `${what} (${syscall}: ${code})`,
    where: path,
    hint: 'name another path, or make this one usable for the user who runs this',
  };
}
