import { byName, whole, type Machine } from './machine.ts';

const answered = { NetworkReserved: 'reserved', NetworkRejected: 'rejected', NetworkReleased: 'released' };

/** Each attempt is answered; a run that got nothing is released all the same. */
export const network: Machine = {
  of: 'network',
  key: whole,
  step: byName,
  table: { none: answered, reserved: answered, rejected: answered, released: {} },
};
