import type { Engine } from './engine.ts';

const HEADER_BYTES = 8;

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly text: Buffer;
}

/**
 * Cuts a container's log (without a terminal) into its frames: stream (1 byte), padding (3), length (4), text.
 * @returns the whole frames, and the bytes of the one that has begun
 */
export function framesOf(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    frames.push({ stream: bytes[at] === 2 ? 'stderr' : 'stdout', text: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

const joined = (frames: readonly Frame[]): string => Buffer.concat(frames.map(({ text }) => text)).toString('utf8');

/** Both streams of a log in their order, as text. */
export const textOfFrames = (bytes: Buffer): string => joined(framesOf(bytes).frames).trimEnd();

/** What a container wrote, by stream; empty where it is gone. */
export async function outputOfContainer(engine: Engine, id: string): Promise<Record<Frame['stream'], string>> {
  const asked = { stdout: true, stderr: true, follow: false } as const;
  const bytes = await engine.askIfThere({ doing: 'read a log' }, () => engine.docker.getContainer(id).logs(asked));
  const { frames } = framesOf(bytes ?? Buffer.alloc(0));
  const of = (wanted: Frame['stream']) => joined(frames.filter(({ stream }) => stream === wanted));
  return { stdout: of('stdout'), stderr: of('stderr') };
}

/** Last lines of a container; empty when it wrote nothing, or is gone. */
export async function tailOfContainer(engine: Engine, id: string, lines = 15): Promise<string> {
  const asked = { stdout: true, stderr: true, follow: false, tail: lines } as const;
  const frames = await engine.askIfThere({ doing: 'read a log' }, () => engine.docker.getContainer(id).logs(asked));
  return frames === undefined ? '' : textOfFrames(frames);
}
