/** Where users outside the services' account ask for a follower of a stream. */
export const followSubject = (stream: string): string => `ask.follow.${stream}`;
export const FOLLOW_SUBJECTS = followSubject('*');
