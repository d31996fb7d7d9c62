/** Of the whole machine, since it started. */
export interface HostCpu {
  /** Seconds, of all cores together. */
  readonly busy: number;
  readonly iowait: number;
  /** What the hypervisor gave to others. */
  readonly steal: number;
  readonly total: number;
}

/** USER_HZ: a tick is a hundredth of a second on every Linux that Node runs on. */
const TICKS = 100;

/** The first line of /proc/stat (proc(5)); guest time is part of user time. Undefined: not such a file. */
export function parseHostCpu(text: string): HostCpu | undefined {
  const fields = /^cpu +(.+)$/m.exec(text)?.[1]?.trim().split(/ +/).map(Number);
  if (fields === undefined || fields.length < 8 || fields.some(Number.isNaN)) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  const busy = user + nice + system + irq + softirq;
  return {
    busy: busy / TICKS,
    iowait: iowait / TICKS,
    steal: steal / TICKS,
    total: (busy + idle + iowait + steal) / TICKS,
  };
}

/** /proc/meminfo: what can be had without swapping, bytes. */
export function parseAvailableMemory(text: string): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

const SECTOR = 512;
/** Whole disks: a partition's traffic is its disk's, a device mapper's that of the disks below it. */
const DISK = /^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;

/** /proc/diskstats: bytes read and written by all disks since the machine started. */
export function parseDisks(text: string): { readonly read: number; readonly written: number } {
  let [read, written] = [0, 0];
  for (const line of text.split('\n')) {
    const [, , name = '', , , sectorsRead = '0', , , , sectorsWritten = '0'] = line.trim().split(/\s+/);
    if (!DISK.test(name)) continue;
    read += Number(sectorsRead) * SECTOR;
    written += Number(sectorsWritten) * SECTOR;
  }
  return { read, written };
}
