import type { Problem } from '@benchbus/suites';
import { diskFull, imageMissing, imagePullDenied, imagePullFailed } from './docker-problems.ts';
import type { Place } from './docker-problems.ts';

const DENIED = /pull access denied|unauthorized|authentication required|denied:|no basic auth credentials|forbidden/i;
const UNKNOWN = /manifest unknown|manifest for .* not found|not found|name unknown|invalid reference/i;
const DISK = /no space left on device|disk quota exceeded/i;

/** What the engine's words about a failed pull mean, and whether another try may go better. */
export function pullProblem(
  image: string,
  registry: string,
  message: string,
  place: Place,
): { readonly problem: Problem; readonly mayPass: boolean } {
  if (DISK.test(message)) return { problem: diskFull(place, message), mayPass: false };
  if (DENIED.test(message)) return { problem: imagePullDenied(image, registry, place, message), mayPass: false };
  if (UNKNOWN.test(message)) return { problem: imageMissing(image, place, message), mayPass: false };
  return { problem: imagePullFailed(image, place, message), mayPass: true };
}
