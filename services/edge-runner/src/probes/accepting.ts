import { takesWrites } from './leader.ts';
import { NotYet, unless } from './not-yet.ts';
import type { Planned } from './planned.ts';
import { askServer } from './server-login.ts';
import { plannedSlots } from './slots.ts';
import type { ProbeWorld } from './world.ts';

const makesOrioledb = ({ process }: Planned<'postgres'>): boolean =>
  process.launch?.files.some(({ content }) => content.includes('CREATE EXTENSION IF NOT EXISTS orioledb')) === true;

const FOUND = `SELECT (SELECT coalesce(json_agg(slot_name), '[]') FROM pg_replication_slots) AS slots,
  EXISTS (SELECT FROM pg_extension WHERE extname = 'orioledb') AS orioledb`;

/**
 * PostgreSQL takes connections (the primary: writes), and what `afterStart` makes is there: it makes the role first, then
 * the slots, then the extension, so the last ones tell.
 * @throws NotYet
 */
export async function accepting(at: Planned<'postgres'>, world: ProbeWorld): Promise<void> {
  if (at.process.role === 'replica') {
    await askServer(at, 'SELECT 1', world);
    return;
  }
  await takesWrites(at, world);
  const [row] = await askServer(at, FOUND, world);
  if (row === undefined) throw new NotYet(`PostgreSQL of ${at.node.name} answers nothing`);
  const slots = row['slots'] as string[];
  const missing = plannedSlots(world.plan).filter((slot) => !slots.includes(slot));
  unless(missing.length === 0, `PostgreSQL of ${at.node.name} has no slot ${missing.join()} yet`);
  unless(row['orioledb'] === true || !makesOrioledb(at), `PostgreSQL of ${at.node.name} has no orioledb yet`);
}
