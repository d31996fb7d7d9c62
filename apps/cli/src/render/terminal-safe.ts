// eslint-disable-next-line no-control-regex -- these are what must not reach the terminal
const CONTROL = /\x1b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A line another program wrote, without what would steer the terminal. */
export const terminalSafe = (text: string): string => text.replace(CONTROL, '');
