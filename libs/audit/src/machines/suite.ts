import { byName, whole, type Machine } from './machine.ts';

export const suite: Machine = {
  of: 'suite',
  key: whole,
  step: byName,
  table: {
    none: { SuiteAccepted: 'accepted', SuiteRejected: 'over' },
    // A run that was cancelled behind the suite's back makes it SuiteCancelled without SuiteCancelling.
    accepted: {
      SuiteCancelling: 'cancelling',
      SuiteCompleted: 'over',
      SuiteFailed: 'over',
      SuiteCancelled: 'over',
    },
    cancelling: { SuiteCancelled: 'over' },
    over: {},
  },
};
