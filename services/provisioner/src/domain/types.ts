export type { Fence, Recorded } from '@benchbus/events';
export type { Plan, PlannedNode, Problem } from '@benchbus/suites';
