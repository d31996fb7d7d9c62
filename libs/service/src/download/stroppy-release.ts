import { homedir } from 'node:os';
import { join } from 'node:path';
import { cachedDownload, listedChecksum, type Download } from './cached-download.ts';

/** Where the project publishes its releases. */
export const STROPPY_URL = 'https://github.com/stroppy-io/stroppy/releases/download';

/** Where downloads are kept for this user, unless the operator says otherwise. */
export const downloadsFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus', 'downloads');

/** As the releases call processors. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface StroppyRelease {
  /** Tag. */
  readonly version: string;
  readonly sha256?: string | undefined;
}

export interface ReleasePlace extends Pick<Download, 'folder' | 'timeoutMs' | 'signal' | 'pauseMs'> {
  /** `<baseUrl>/<tag>/<tarball>`. */
  readonly baseUrl: string;
}

/** What an operator sets of it. */
export interface ReleaseSettings {
  readonly url: string;
  /** Of all downloads; undefined: this user's cache. */
  readonly downloadsDir: string | undefined;
  readonly timeoutMs: number;
}

export const releasePlace = ({ url, downloadsDir, timeoutMs }: ReleaseSettings): ReleasePlace => ({
  baseUrl: url.replace(/\/+$/, ''),
  folder: join(downloadsDir ?? downloadsFolder(), 'stroppy'),
  timeoutMs,
});

/**
 * The tarball of a release of stroppy for this machine, from the cache or its address.
 * @returns its path
 * @throws BenchbusError DOWNLOAD_FAILED | CHECKSUM_MISMATCH | CHECKSUM_UNKNOWN, or the signal's reason
 */
export async function stroppyRelease({ version, sha256 }: StroppyRelease, place: ReleasePlace): Promise<string> {
  const name = `stroppy_linux_${ARCHITECTURES[process.arch] ?? process.arch}.tar.gz`;
  const folder = `${place.baseUrl}/${encodeURIComponent(version)}`;
  const { baseUrl: _, ...how } = place;
  return cachedDownload({
    ...how,
    url: `${folder}/${name}`,
    sha256: sha256 ?? (await listedChecksum(`${folder}/checksums.txt`, name, how)),
  });
}
