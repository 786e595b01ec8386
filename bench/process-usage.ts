import { readFileSync } from 'node:fs';

/** The most memory that this process has ever held. */
export function peakBytes(): number {
  // getrusage starts with what the parent held at the fork; VmHWM is this program's alone.
  const kilobytes = process.platform === 'linux'
    ? Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1])
    : process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}

/** What this process has used of the processor so far. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
