import { readFileSync } from 'node:fs';

/** The most memory that this process has ever held, its threads with it. */
export function peakBytes(): number {
  // getrusage starts with what the parent held at the fork; VmHWM is this program's alone.
  const kilobytes = process.platform === 'linux'
    ? Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1])
    : process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}
