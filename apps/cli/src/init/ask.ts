import { createInterface } from 'node:readline/promises';
import { BenchbusError } from '@benchbus/events';
import type { FirstSuite } from './first-suite.ts';
import { DEFAULTS } from './first-suite.ts';

/** One question: its text, what an empty answer means, and what is wrong with an answer (undefined: nothing). */
export type Ask = (text: string, preset: string, wrong: (answer: string) => string | undefined) => Promise<string>;

const matches =
  (pattern: RegExp, wanted: string) =>
  (answer: string): string | undefined =>
    pattern.test(answer) ? undefined : wanted;

const upTo =
  (max: number) =>
  (answer: string): string | undefined =>
    /^[1-9]\d*$/.test(answer) && Number(answer) <= max ? undefined : `a whole number from 1 to ${max}`;

function wrongUrl(answer: string): string | undefined {
  if (answer === '') return undefined;
  if (!/^postgres(ql)?:$/.test(URL.parse(answer)?.protocol ?? ''))
    return 'postgres://USER@HOST:PORT/DATABASE, or nothing';
  return URL.parse(answer)?.password ? 'without its password, which does not belong into a file' : undefined;
}

/** Asks for everything a first suite needs. */
export async function askForSuite(ask: Ask): Promise<FirstSuite> {
  const { name, database, scale, clients, duration, times } = DEFAULTS;
  const named = await ask(
    'Name of the suite',
    name,
    matches(/^[a-z][a-z0-9-]{0,39}$/, 'a-z, 0-9 and "-", a letter first'),
  );
  const url = await ask('URL of an existing database (nothing: a server of its own)', '', wrongUrl);
  const anyName = matches(/^([A-Za-z_][A-Za-z0-9_.-]{0,99})?$/, 'letters, digits, "_", "." and "-", or nothing');
  const secret = url === '' ? '' : await ask('Name of the secret with its password (nothing: none)', '', anyName);
  const size = matches(/^[1-9]\d*(kB|MB|GB)$/, 'a size such as 128MB');
  const buffers = url === '' ? await ask('shared_buffers of the server', database.sharedBuffers, size) : '';
  return {
    name: named,
    database: url === '' ? { sharedBuffers: buffers } : { url, secret: secret === '' ? undefined : secret },
    scale: Number(await ask('pgbench scale (1 is about 16 MB)', String(scale), upTo(100_000))),
    clients: Number(await ask('concurrent clients', String(clients), upTo(1_000))),
    duration: await ask('how long to measure', duration, matches(/^[1-9]\d*(s|m|h)$/, 'a time such as 10s, 5m, 1h')),
    times: Number(await ask('how often to repeat it', String(times), upTo(100))),
  };
}

/** Asks on a terminal, again until the answer is right. Ctrl-C and Ctrl-D end it: INTERRUPTED. */
export async function onTerminal<T>(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  questions: (ask: Ask) => Promise<T>,
): Promise<T> {
  const left = new AbortController();
  const lines = createInterface({ input, output });
  const leave = (): void => left.abort();
  lines.on('SIGINT', leave).on('close', leave);
  const ask: Ask = async (text, preset, wrong) => {
    for (;;) {
      const typed = await lines.question(`${text}${preset === '' ? '' : ` [${preset}]`}: `, { signal: left.signal });
      const answer = typed.trim() === '' ? preset : typed.trim();
      const wanted = wrong(answer);
      if (wanted === undefined) return answer;
      output.write(`  please: ${wanted}\n`);
    }
  };
  try {
    return await questions(ask);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    throw new BenchbusError({ code: 'INTERRUPTED', message: 'left; nothing was written' });
  } finally {
    lines.off('close', leave);
    lines.close();
  }
}
