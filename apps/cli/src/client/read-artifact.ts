import { Readable } from 'node:stream';
import { artifactFolder, type ArtifactSource } from '@benchbus/audit';
import { artifactLink, BenchbusError, NoAnswer, type EventBus } from '@benchbus/events';

/**
 * The bytes of a stored artifact, wherever its store keeps them: the store is asked for a URL, which is a credential and not shown.
 * @throws BenchbusError ARTIFACT_UNKNOWN | ARTIFACT_EXPIRED | ARTIFACT_REJECTED | ARTIFACT_UNREADABLE | NoAnswer
 */
export async function readArtifact(bus: EventBus, artifactId: string): Promise<AsyncIterable<Uint8Array>> {
  const { url, headers } = await bus.questions.ask(artifactLink, { artifactId });
  const unreadable = (why: string): BenchbusError =>
    new BenchbusError({
      code: 'ARTIFACT_UNREADABLE',
      message: `the store does not hand it out: ${why}`,
      where: `artifact ${artifactId} at ${new URL(url).host}`,
      hint: 'is that address reachable from here? BENCHBUS_ARTIFACTS_PUBLIC_URL or S3_PUBLIC_URL says how',
    });
  const response = await fetch(url, { headers }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw unreadable(`HTTP ${response.status}`);
  }
  // A silent connection is given up by fetch itself, after five minutes. The DOM's stream and Node's are two types.
  return Readable.fromWeb(response.body as never);
}

const isGone = (error: unknown): boolean =>
  error instanceof BenchbusError && ['ARTIFACT_UNKNOWN', 'ARTIFACT_EXPIRED', 'ARTIFACT_REJECTED'].includes(error.code);

const byLink = (bus: EventBus): ArtifactSource => ({
  read: (key) => {
    const [, , , artifactId = ''] = key.split('/');
    return readArtifact(bus, artifactId).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
  },
});

/** Where audits read artifacts: the folder, where it is known, else through the store; undefined: no store answers. */
export async function artifactSource(bus: EventBus, folder: string | undefined): Promise<ArtifactSource | undefined> {
  if (folder !== undefined) return artifactFolder(folder);
  const answers = await bus.questions.ask(artifactLink, { artifactId: NOBODYS }).then(
    () => true,
    (error: unknown) => !(error instanceof NoAnswer),
  );
  return answers ? byLink(bus) : undefined;
}

/** The nil UUID (RFC 9562). */
const NOBODYS = '00000000-0000-0000-0000-000000000000';
