export { awaitMilestone } from './await-milestone.ts';
export type { Patience } from './await-milestone.ts';
export { reached, whyNot } from './milestones.ts';
export { prove } from './prove.ts';
export type { Facts, ProbeWorld, Proven } from './world.ts';
