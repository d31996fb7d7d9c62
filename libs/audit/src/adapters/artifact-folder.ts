import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { ArtifactSource } from '../artifacts.ts';

/** Artifacts as files below a folder, as the artifact-store's folder backend keeps them. */
export function artifactFolder(root: string): ArtifactSource {
  const base = resolve(root);
  return {
    async read(key) {
      const path = resolve(base, key);
      // A forged key must not make us read elsewhere.
      if (!path.startsWith(base + sep)) return undefined;
      const isFile = await stat(path).then(
        (found) => found.isFile(),
        () => false,
      );
      return isFile ? createReadStream(path) : undefined;
    },
  };
}
