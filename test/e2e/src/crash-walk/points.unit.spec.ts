import { describe, expect, it } from 'vitest';
import { batches, beside, pointsOf, specOf } from './points.ts';

const trace = 'a before.x\nb before.x\na before.x\na after.y\n';

describe('points of a trace', () => {
  it('counts the passings of each service, and writes them as specs', () => {
    expect(pointsOf(trace).map(specOf)).toEqual(['before.x:a', 'before.x:b', 'before.x#2:a', 'after.y:a']);
    expect(pointsOf('')).toEqual([]);
  });

  it('puts points of each service that lie far apart into a run, each into one', () => {
    const points = pointsOf('a before.1\na before.2\nb before.1\na before.3\na before.4\na before.5\n');
    const specs = batches(points, 2).map((batch) => batch.map(specOf));
    expect(specs).toEqual([['before.1:a', 'before.4:a', 'before.1:b'], ['before.2:a', 'before.5:a'], ['before.3:a']]);
    expect(batches(points, 1)).toHaveLength(5);
    expect(batches([])).toEqual([]);
  });

  it('knows what another run has besides, on the nodes also between the parting and the release', () => {
    const other = pointsOf(
      [
        'edge-runner before.x',
        'a before.z',
        'edge-runner before.x',
        'b before.x',
        'a before-append.RunReleaseRequested',
        'edge-runner before.x',
      ].join('\n'),
    );
    const known = [...pointsOf(trace), ...pointsOf('a before-append.RunReleaseRequested')];
    expect(beside(other, known).map(specOf)).toEqual(['before.z:a', 'before.x#2:edge-runner']);
    expect(beside(pointsOf(trace), pointsOf(trace))).toEqual([]);
  });
});
