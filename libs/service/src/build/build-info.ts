import manifest from '../../package.json' with { type: 'json' };

export interface BuildInfo {
  /** Of the release. */
  readonly version: string;
  /** Short id of the git commit, `-dirty` behind it where files were changed; `source` of a program that is not built. */
  readonly commit: string;
}

type Stamped = typeof globalThis & { readonly BENCHBUS_BUILD?: BuildInfo };

/** Which build this program is: the stamp that `npm run build:edge` gave it, else that of the sources. */
export const buildInfo = (): BuildInfo =>
  (globalThis as Stamped).BENCHBUS_BUILD ?? { version: manifest.version, commit: 'source' };
