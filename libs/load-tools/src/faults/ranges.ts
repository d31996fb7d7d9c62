/** Whole numbers, each range with both its ends; ascending, apart from each other. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** Ascending numbers as ranges: a million rows without a gap are one. */
export function rangesOf(ascending: Iterable<number>): Ranges {
  const ranges: [number, number][] = [];
  for (const number of ascending) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = Math.max(last[1], number);
    else ranges.push([number, number]);
  }
  return ranges;
}

/** Whether a number is in one of them; by bisection. */
export function isIn(ranges: Ranges, number: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle] ?? [0, -1];
    if (number < from) high = middle - 1;
    else if (number > to) low = middle + 1;
    else return true;
  }
  return false;
}
