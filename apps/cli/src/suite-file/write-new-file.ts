import { writeFile } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';

/** Writes a file that is not there yet: one that is there is somebody's work. @throws BenchbusError FILE_EXISTS, FILE_UNWRITABLE */
export async function writeNewFile(file: string, text: string, hint: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST'
      ? fileExists(file, hint)
      : new BenchbusError({
          code: 'FILE_UNWRITABLE',
          message: `${file} cannot be written: ${code}`,
          where: file,
          hint,
        });
  }
}

export const fileExists = (file: string, hint: string): BenchbusError =>
  new BenchbusError({ code: 'FILE_EXISTS', message: `${file} is there already`, where: file, hint });
