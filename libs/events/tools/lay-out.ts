import { format, resolveConfig } from 'prettier';

/** Formats a generated file as the repository wants it. */
export const layOut = async (file: string, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(file)), filepath: file });
