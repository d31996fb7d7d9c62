import { decodeText } from '../known-secrets.ts';
import type { KnownSecrets } from '../known-secrets.ts';
import type { Check } from '../entry.ts';
import type { Report } from '../finding.ts';

/** No known secret stands in a fact: body, headers or subject. */
export function secretCheck(report: Report, secrets: KnownSecrets): Check {
  return {
    take(entry) {
      const { stored, ce } = entry;
      const places = [decodeText(stored.body), ...Object.values(stored.headers), ...Object.values(ce), stored.subject];
      for (const name of secrets.namesIn(places)) report('SECRET_FOUND', entry, `the value of ${name} stands here`);
    },
  };
}
