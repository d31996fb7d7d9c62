import { cachedDownload, listedChecksum, type Download } from './cached-download.ts';

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
