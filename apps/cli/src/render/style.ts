import { styleText } from 'node:util';

export type Colour = 'green' | 'red' | 'yellow' | 'bold' | 'dim' | 'cyan';

/** Colours a text, or leaves it. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;
const coloured: Paint = (colour, text) => styleText(colour, text, { validateStream: false });

/**
 * Colours only on a terminal, and never where NO_COLOR is set (https://no-color.org) or the terminal is dumb; FORCE_COLOR
 * (https://force-color.org; as in Node, 0 and false turn them off) decides alone.
 */
export function paintFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const forced = env['FORCE_COLOR'];
  if (forced) return forced === '0' || forced === 'false' ? plain : coloured;
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? coloured : plain;
}
