import { launchOf } from '@benchbus/suites';
import type { Plan } from '@benchbus/suites';
import { allOf } from './planned.ts';
import type { Planned } from './planned.ts';

const OPTION = '--slot=';

/** The slot a replica without Patroni copies and streams over, as its plan says; undefined for a primary. */
export const slotOf = ({ process }: Planned<'postgres'>): string | undefined =>
  process.launch?.prepare
    ?.flatMap(({ args }) => args)
    .find((arg) => arg.startsWith(OPTION))
    ?.slice(OPTION.length);

/** All slots that the primary of a topology without Patroni makes after its start. */
export function plannedSlots(plan: Plan): string[] {
  const replicas = allOf(plan, 'postgres').map(slotOf);
  const backups = allOf(plan, 'backup').map(({ process }) => launchOf(process)?.env['WALG_SLOTNAME']);
  return [...replicas, ...backups].filter((name) => name !== undefined);
}
