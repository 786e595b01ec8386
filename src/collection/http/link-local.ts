import { isIPv4 } from 'node:net';

/**
 * Whether an address is link-local. A cloud hands out a machine's own credentials there, and there is
 * nothing to collect.
 *
 * @param address an IP address as a socket spells it, IPv6 without brackets
 */
export function isLinkLocal(address: string): boolean {
  const bare = address.toLowerCase().replace(/^::ffff:/, '');
  if (isIPv4(bare)) return bare.startsWith('169.254.');
  // fd00:ec2:: is where AWS does the same over IPv6.
  return /^fe[89ab]/.test(bare) || bare.startsWith('fd00:ec2:');
}
