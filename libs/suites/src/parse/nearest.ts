import { distance } from 'fastest-levenshtein';

const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, '');

/** The known word that was probably meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const ranked = known.map((name) => ({ name, off: distance(plain(word), plain(name)) })).sort((a, b) => a.off - b.off);
  const best = ranked[0];
  return best !== undefined && best.off <= Math.ceil(best.name.length / 3) ? best.name : undefined;
}
