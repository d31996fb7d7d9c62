/** Subjects of enrolment; `renew` carries who asks, so that the server vouches for it. */
export const ENROL_REDEEM = 'enrol.redeem';
export const renewSubject = (runId: string, node: string): string => `enrol.renew.${runId}.${node}`;
export const RENEW_SUBJECTS = 'enrol.renew.*.*';
