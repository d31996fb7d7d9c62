/** Where an existing PostgreSQL is, as a text says it. */
export interface ConnectionText {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** In plain text, if the text holds one. */
  readonly password?: string;
  /** libpq's other parameters (`sslmode`). */
  readonly parameters: Readonly<Record<string, string>>;
}

export const CONNECTION_ALLOWED =
  'a PostgreSQL connection: postgres://USER@HOST:PORT/DATABASE?sslmode=… or host=… port=… user=… dbname=…';

/** A parameter of libpq's connection string: `key = value`, `key='quoted \' value'`. */
const PAIR = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gy;

function fromKeywords(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  let end = 0;
  for (const match of text.matchAll(PAIR)) {
    const [whole, key = '', quoted, bare = ''] = match;
    found.set(key, (quoted ?? bare).replaceAll(/\\(.)/g, '$1'));
    end = match.index + whole.length;
  }
  return found.size > 0 && text.slice(end).trim() === '' ? found : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone "%": the caller says what is allowed.
    return undefined;
  }
}

function fromUrl(text: string): Map<string, string> | undefined {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const parts = {
    user: decoded(url.username),
    password: decoded(url.password),
    host: decoded(url.hostname.replaceAll(/^\[|\]$/g, '')),
    port: url.port,
    dbname: decoded(url.pathname.slice(1)),
  };
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(parts)) {
    if (value === undefined) return undefined;
    if (value !== '') found.set(key, value);
  }
  for (const [key, value] of url.searchParams) found.set(key, value);
  return found;
}

/**
 * The text of a PostgreSQL connection, as a URL or as libpq's keywords. What it leaves out is libpq's: port 5432, the
 * database of the user's name; the user is `postgres`. Undefined for anything else, for several hosts, and for
 * a socket.
 */
export function parseConnection(text: string): ConnectionText | undefined {
  const found = fromUrl(text) ?? fromKeywords(text);
  if (found === undefined) return undefined;
  const take = (key: string): string | undefined => {
    const value = found.get(key);
    found.delete(key);
    return value;
  };
  const host = take('host');
  const port = take('port') ?? '5432';
  const user = take('user') ?? 'postgres';
  const database = take('dbname') ?? user;
  const password = take('password');
  // A socket's folder is none that the load node could reach.
  if (host === undefined || host === '' || /[,/]/.test(host)) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535 || user === '' || database === '')
    return undefined;
  return {
    host,
    port: Number(port),
    user,
    database,
    ...(password === undefined || password === '' ? {} : { password }),
    parameters: Object.fromEntries(found),
  };
}
