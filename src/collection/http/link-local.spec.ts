import { isLinkLocal } from './link-local.js';

describe('addresses that no source is called at', () => {
  it.each(['169.254.169.254', '::ffff:169.254.0.1', 'fe80::1', 'FEBF::1', 'fd00:ec2::254'])('count %s as link-local', (address) => {
    expect(isLinkLocal(address)).toBe(true);
  });

  it.each(['127.0.0.1', '10.0.0.1', '169.253.0.1', '::1', '2001:db8::1', 'fec0::1', 'fd00:ec3::1'])('do not count %s', (address) => {
    expect(isLinkLocal(address)).toBe(false);
  });
});
