import type { Context } from '../context.ts';

/** Says of each stream once that it is at work on it, on stderr; `json`: says nothing. */
export function sayEachStream(verb: string, json: boolean, context: Pick<Context, 'err'>): (stream: string) => void {
  let current = '';
  return (stream) => {
    if (stream !== current && !json) context.err(`${verb} ${stream} …`);
    current = stream;
  };
}
