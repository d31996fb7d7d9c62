import { isDeepStrictEqual } from 'node:util';
import { parseSubject, type ArtifactClaim, type Recorded } from '@benchbus/events';
import type { Check } from '../entry.ts';
import type { Report } from '../finding.ts';

/** A run's result is what its load node reported, and what was stored is what that node claimed. */
export function resultCheck(report: Report): Check {
  const finished = new Map<string, Recorded<'WorkloadFinished'>>();
  const claims = new Map<string, ArtifactClaim>();
  return {
    take(entry) {
      const { event } = entry;
      const [id = ''] = parseSubject(entry.subject)?.ids ?? [];
      switch (event?.name) {
        case 'WorkloadFinished':
          finished.set(id, event);
          for (const claim of event.data.artifacts) claims.set(claim.artifactId, claim);
          return;
        case 'WorkloadFailed':
          for (const claim of event.data.artifacts) claims.set(claim.artifactId, claim);
          return;
        case 'RunCompleted': {
          const reported = finished.get(id);
          if (reported === undefined) return report('RESULT_DIFFERS', entry, 'no node reported a result');
          const { summary, repeats, artifacts } = reported.data;
          if (!isDeepStrictEqual(event.data.summary, summary) || !isDeepStrictEqual(event.data.repeats, repeats))
            report('RESULT_DIFFERS', entry, `not the summary of ${reported.subject}, sequence ${reported.sequence}`);
          if (!isDeepStrictEqual(event.data.artifacts, artifacts))
            report('RESULT_DIFFERS', entry, `not the artifacts of ${reported.subject}, sequence ${reported.sequence}`);
          return;
        }
        case 'ArtifactStored': {
          const claim = claims.get(id);
          if (claim?.sha256 === event.data.sha256 && claim.bytes === event.data.bytes) return;
          const message = claim === undefined ? 'no node claimed it' : 'size or checksum is not what its node claimed';
          return report('ARTIFACT_CLAIM_DIFFERS', entry, message);
        }
        default:
      }
    },
  };
}
