import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './paths.mjs';
import { trackedFiles } from './tracked-files.mjs';

const textOf = (file) => readFileSync(join(ROOT, file), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');

/** As GitHub makes it of a heading: lower case, without punctuation, spaces as hyphens. */
const anchorOf = (heading) =>
  heading
    .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (file) => new Set([...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading)));

/** Links of a document that lead nowhere within the repository. */
function broken(file) {
  const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, anchor] = link.split('#');
      const target = path === '' ? file : normalize(join(dirname(file), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
    })
    .map((link) => `${file}: ${link}`);
}

test('links between documents lead somewhere', () => {
  const documents = trackedFiles('*.md');
  expect(documents.length).toBeGreaterThan(80);
  expect(documents.flatMap(broken), 'a file, or a heading of it, is not there (any more)').toEqual([]);
});
