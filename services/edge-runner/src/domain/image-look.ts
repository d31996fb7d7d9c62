import type { ProcessKind } from '@benchbus/suites';

/** What a look into an image has found. */
export interface Look {
  /** Ids of its user postgres. */
  readonly postgres: { readonly uid: number; readonly gid: number } | undefined;
  /** Where PostgreSQL's programs are; clients alone, where it has no server. */
  readonly binDir: string | undefined;
}

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

const idsOf = (text: string | undefined): UserIds | undefined => {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text ?? '') ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

/** Lines of `postgres=70:70` and `bin=/usr/local/bin`. */
export function parseLook(text: string): Look {
  const found = new Map(
    text.split('\n').map((line) => [line.split('=')[0], line.split('=').slice(1).join('=')] as const),
  );
  return { postgres: idsOf(found.get('postgres')), binDir: found.get('bin') || undefined };
}

const NOBODY: UserIds = { uid: 65_534, gid: 65_534 };
const ROOT: UserIds = { uid: 0, gid: 0 };

/** `65532`, `65532:65532` → ids; a name cannot be told without a look. */
function numeric(user: string): UserIds | undefined {
  const [, uid, gid = uid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/**
 * Whose rights a process runs with: PostgreSQL and what belongs to it as the image's `postgres`, since its entrypoint, which
 * drops root's rights, is bypassed; exporters as nobody; etcd as its image says. Undefined: the image has no such user.
 */
export function userFor(
  kind: ProcessKind,
  image: { readonly user: string; readonly look: Look | undefined },
): UserIds | undefined {
  switch (kind) {
    case 'postgres':
    case 'patroni':
    case 'backup':
    case 'pgbouncer':
      return image.look?.postgres ?? (kind === 'pgbouncer' ? (numeric(image.user) ?? NOBODY) : undefined);
    case 'node-exporter':
    case 'postgres-exporter':
    case 'pgbouncer-exporter':
      return NOBODY;
    case 'etcd':
    case 'load':
      return image.user === '' || image.user === 'root' ? ROOT : (numeric(image.user) ?? NOBODY);
  }
}
