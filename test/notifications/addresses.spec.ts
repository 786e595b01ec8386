import { createServer, type AddressInfo } from 'node:net';
import { ChannelRefused } from '../../src/notifications/index.js';
import { json, MailServer, selfSigned, sendBy, SourceServer } from '../support/index.js';

/** Ways to write an address of this machine, or of one that gives credentials away: all but the first are missed by a look at the text for 127.0.0.1. */
const spellings = [
  '127.0.0.1', '127.0.0.2', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '0', '0.0.0.0', 'localhost', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]',
];
const elsewhere = ['169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', '10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]'];

describe('a private address', () => {
  let server: SourceServer;
  let port: number;
  beforeAll(async () => {
    server = await SourceServer.start(json({}));
    port = Number(new URL(server.url).port);
  });
  afterAll(() => server.stop());

  const send = (url: string, privateDestinations: string[] = []) => sendBy('webhook', { url, signingKey: 'a key of 16 and more' }, undefined, { privateDestinations });

  it.each(spellings)('of this machine is reached by no spelling: %s', async (host) => {
    await expect(send(`http://${host}:${port}/`)).rejects.toThrow(ChannelRefused);
    await expect(send(`http://${host}:${port}/`)).rejects.toThrow('whoever runs Headroom has to name it in HEADROOM_PRIVATE_DESTINATIONS');
    expect(server.requests).toEqual([]);
  });

  it.each(['LOCALHOST.', '127。0。0。1', 'x@127.0.0.1', '127.0.0.1%00.example.com'])('of this machine is not reached by what is no address either: %s', async (host) => {
    await expect((async () => send(`http://${host}:${port}/`))()).rejects.toThrow();
    expect(server.requests).toEqual([]);
  });

  it.each(elsewhere)('of a network is not reached: %s', async (host) => {
    await expect(send(`http://${host}/`)).rejects.toThrow(ChannelRefused);
    await expect(send(`https://${host}/`)).rejects.toThrow(ChannelRefused);
  });

  it('is not reached by mail either', async () => {
    const mail = await MailServer.start();
    const settings = (host: string) => ({ host, port: mail.port, encryption: 'none', from: 'headroom@example.com', to: ['a@example.com'] });
    for (const host of ['127.0.0.1', 'localhost', '127.0.0.2']) await expect(sendBy('email', settings(host), undefined, { privateDestinations: [] })).rejects.toThrow(ChannelRefused);
    expect(mail.mails).toEqual([]);
    await mail.stop();
  });

  it('is reached where who runs Headroom has named it, and no other', async () => {
    expect(await send(server.url, ['127.0.0.1'])).toMatch(/answered 200/);
    expect(await send(`http://localhost:${port}`, ['127.0.0.0/8', '::1'])).toMatch(/answered 200/);
    await expect(send('http://127.0.0.2:1/', ['127.0.0.1'])).rejects.toThrow(ChannelRefused);
    await expect(send('http://10.0.0.1/', ['127.0.0.0/8'])).rejects.toThrow(ChannelRefused);
  });
});

describe('a receiver with a certificate', () => {
  it('is believed when its authority is known or given, and needs a person when it is not', async () => {
    const identity = await selfSigned();
    const server = await SourceServer.start(json({}), identity);
    const settings = { url: server.url, signingKey: 'a key of 16 and more' };
    await expect(sendBy('webhook', settings)).rejects.toThrow(ChannelRefused);
    await expect(sendBy('webhook', settings)).rejects.toThrow(/^the certificate of 127\.0\.0\.1:\d+ is signed by no authority that is trusted here$/);
    expect(server.requests).toEqual([]);
    expect(await sendBy('webhook', { ...settings, caCertificate: identity.cert })).toMatch(/answered 200/);
    await server.stop();
  });

  it('says in words when nothing listens, or no such name is known', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const settings = (url: string) => ({ url, signingKey: 'a key of 16 and more' });
    await expect(sendBy('webhook', settings(`http://127.0.0.1:${port}`))).rejects.toThrow(`127.0.0.1:${port} cannot be reached: nothing listens there`);
    await expect(sendBy('webhook', settings('http://no-such-host.invalid/'))).rejects.toThrow('no-such-host.invalid cannot be reached: the host name is not known');
  });
});
