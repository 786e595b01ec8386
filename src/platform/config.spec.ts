import { readConfig } from './config.js';

const key = 'k'.repeat(32);

describe('configuration', () => {
  it('serves loopback on port 4000 and keeps its data beside the project when nothing is set', () => {
    expect(readConfig({}, '/srv/headroom')).toEqual({
      databaseUrl: null,
      dataDirectory: '/srv/headroom/.headroom',
      host: '127.0.0.1',
      port: 4000,
      adminKey: null,
      country: null,
      secretKey: null,
      sampleMonths: 13,
      metricsLimit: 500,
      publicUrl: 'http://127.0.0.1:4000',
      privateDestinations: [],
      role: 'both',
    });
  });

  it('observes the holidays of a country, or of a part of one', () => {
    expect(readConfig({ HEADROOM_COUNTRY: 'DE' }, '/').country).toBe('DE');
    expect(readConfig({ HEADROOM_COUNTRY: 'us-ca' }, '/').country).toBe('US-CA');
  });

  it.each(['Germany', 'D', 'DE-', 'DE/BY', '49'])('refuses the country %s', (country) => {
    expect(() => readConfig({ HEADROOM_COUNTRY: country }, '/')).toThrow(
      `HEADROOM_COUNTRY needs a country such as DE, or a part of one such as US-CA, got "${country.toUpperCase()}"`,
    );
  });

  it('lets people be led to where they reach it', () => {
    expect(readConfig({ HOST: '::1', PORT: '80' }, '/').publicUrl).toBe('http://[::1]:80');
    expect(readConfig({ HEADROOM_URL: 'https://ops.example.com/headroom/' }, '/').publicUrl).toBe('https://ops.example.com/headroom');
  });

  it.each(['ops.example.com', 'ftp://ops', 'https://me@ops', 'https://ops/?a', 'https://'])('refuses to lead people to %s', (url) => {
    expect(() => readConfig({ HEADROOM_URL: url }, '/')).toThrow(`HEADROOM_URL needs an address such as https://headroom.example.com, got "${url}"`);
  });

  it('lets messages go to the private addresses that are named', () => {
    expect(readConfig({ HEADROOM_PRIVATE_DESTINATIONS: ' 10.0.0.0/8, 192.168.1.7,fd00::/8 ' }, '/').privateDestinations).toEqual(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);
  });

  it.each(['alertmanager', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', 'fd00::/129', '10.0.0.0/8/9'])('refuses %s as a private address', (range) => {
    expect(() => readConfig({ HEADROOM_PRIVATE_DESTINATIONS: range }, '/')).toThrow(`HEADROOM_PRIVATE_DESTINATIONS needs addresses or ranges such as 10.1.2.3,10.8.0.0/16, got "${range}"`);
  });

  it('lets the data directory be moved', () => {
    expect(readConfig({ HEADROOM_DATA_DIR: '/var/data' }, '/srv').dataDirectory).toBe('/var/data');
    expect(readConfig({ HEADROOM_DATA_DIR: 'data' }, '/srv').dataDirectory).toBe('/srv/data');
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'headroom.example', '127.0.0.1.example', '1270.0.0.1'])(
    'refuses to serve %s without a key',
    (host) => {
      expect(() => readConfig({ HOST: host }, '/')).toThrow(`HOST "${host}" would serve Headroom beyond`);
      expect(readConfig({ HOST: host, HEADROOM_ADMIN_KEY: key }, '/').host).toBe(host);
    },
  );

  it.each(['127.0.0.1', '127.8.9.1', 'localhost', '::1', '[::1]'])('serves %s without a key', (host) => {
    expect(readConfig({ HOST: host }, '/').host).toBe(host);
  });

  it('refuses a short key without showing it', () => {
    expect(() => readConfig({ HEADROOM_ADMIN_KEY: 'hunter2' }, '/')).toThrow(
      /^HEADROOM_ADMIN_KEY needs at least 32 characters, got 7$/,
    );
  });

  it('refuses a short secret key without showing it', () => {
    expect(() => readConfig({ HEADROOM_SECRET_KEY: 'hunter2' }, '/')).toThrow(/^HEADROOM_SECRET_KEY needs at least 32 characters, got 7$/);
  });

  it.each(['0', '-1', '1.5', '1e3', 'all', '100001'])('refuses %s as the limit of its metrics', (limit) => {
    expect(() => readConfig({ HEADROOM_METRICS_LIMIT: limit }, '/')).toThrow(`HEADROOM_METRICS_LIMIT needs a whole number from 1 to 100000, got "${limit}"`);
    expect(readConfig({ HEADROOM_METRICS_LIMIT: '100000' }, '/').metricsLimit).toBe(100_000);
  });

  it('refuses a role that there is not', () => {
    expect(() => readConfig({ ROLE: 'server' }, '/')).toThrow('ROLE needs one of api, worker, both, got "server"');
    expect(readConfig({ ROLE: 'worker' }, '/').role).toBe('worker');
  });

  it.each(['-1', '65536', 'http', '80.5', '0x50'])('refuses port %s', (port) => {
    expect(() => readConfig({ PORT: port }, '/')).toThrow(
      `PORT needs a whole number from 0 to 65535, got "${port}"`,
    );
  });

  it('refuses a database address of another kind without repeating it', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://root:secret@db/x' }, '/')).toThrow(
      /^DATABASE_URL needs the form postgres:[^ ]+, got something else$/,
    );
  });
});
