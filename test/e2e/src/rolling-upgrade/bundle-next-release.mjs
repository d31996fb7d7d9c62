import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleMains } from '../../../../tools/lib/bundles/bundle-mains.mjs';

/**
 * Bundles the next release: as this one, but with version 2 of NetworkReserved (libs/events/src/testing/next-release.ts).
 *   node bundle-next-release.mjs FOLDER readers|writers     `readers`: it reads both versions and writes the old one
 */
const [out = '', stage = 'readers'] = process.argv.slice(2);

const EVENTS = fileURLToPath(new URL('../../../../libs/events/src/', import.meta.url));
const NEXT = JSON.stringify(join(EVENTS, 'testing/next-release.ts'));

const CATALOGUES = {
  readers: `import { networkReservedV1 } from ${NEXT};
    const old = Object.values(EVENTS).map((one) => (one.name === 'NetworkReserved' ? networkReservedV1 : one));
    export const CATALOGUE = createCatalogue(Object.values(EVENTS), UPCASTERS, old);`,
  writers: `import { withBlockPrefix } from ${NEXT};
    const next = createCatalogue(Object.values(EVENTS), UPCASTERS);
    export const CATALOGUE = { ...next, checkDraft: (draft) => next.checkDraft(withBlockPrefix(draft)) };`,
};

/** File of libs/events → what its next release has instead: a pattern that has to be there, and its replacement. */
const CHANGES = {
  'schemas/catalog.ts': [
    /NetworkReserved: networkReservedV1,/,
    'NetworkReserved: networkReservedV2,',
    `import { networkReservedV2 } from ${NEXT};\n`,
  ],
  'schemas/upcast.ts': [
    /export const UPCASTERS: readonly Upcaster\[\] = \[\];/,
    'export const UPCASTERS: readonly Upcaster[] = [toNetworkReservedV2];',
    `import { toNetworkReservedV2 } from ${NEXT};\n`,
  ],
  'envelope/catalogue.ts': [/export const CATALOGUE: Catalogue = .*;/, CATALOGUES[stage], ''],
};

const nextRelease = {
  name: 'next release',
  setup(builder) {
    const filter = /libs\/events\/src\/(?:schemas\/catalog|schemas\/upcast|envelope\/catalogue)\.ts$/;
    builder.onLoad({ filter }, async ({ path }) => {
      const [pattern, replacement, imports] = CHANGES[path.slice(EVENTS.length)];
      const text = await readFile(path, 'utf8');
      if (!pattern.test(text)) throw new Error(`${path} has no ${pattern}`);
      return { contents: imports + text.replace(pattern, () => replacement), loader: 'ts', resolveDir: dirname(path) };
    });
  },
};

await bundleMains({ out, plugins: [nextRelease], external: ['@aws-sdk/*', '@smithy/*'] });
