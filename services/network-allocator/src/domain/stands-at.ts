import { isElsewhere } from './placement.ts';
import { openRequest, type Run, type State } from './state.ts';

/**
 * What a host that is gone takes with it of a run; undefined: nothing. `all`: the run has its nodes there, or may get them.
 * `what is left`: its attempt there failed, and nobody but the host could say that what was begun of it is removed; the run
 * itself has, or waits for, another place. A cloud's machines survive who made them: a host of the same place removes those.
 */
export function standsAt(state: State, run: Run, hostId: string): 'all' | 'what is left' | undefined {
  const { request, reservation, deployment } = run;
  if (request === undefined || run.lost !== undefined || run.networkReleased || isElsewhere(request)) return undefined;
  const wasThere = run.deployedAt === hostId && (deployment === 'open' || deployment === 'refused');
  if (wasThere && run.overBy !== undefined) return 'all';
  const grant = state.capacities.get(hostId)?.grants.get(run.runId);
  if (reservation !== undefined) {
    if (reservation.hostId === hostId) return wasThere || grant !== undefined ? 'all' : undefined;
    return wasThere ? 'what is left' : undefined;
  }
  // It was about to get its block there. What an earlier attempt was granted is given back by itself.
  if (grant !== undefined && (deployment !== 'refused' || grant.attempt === openRequest(run)?.attempt)) return 'all';
  return wasThere ? 'what is left' : undefined;
}
