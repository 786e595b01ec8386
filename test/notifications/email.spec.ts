import { ChannelRefused, ChannelUnavailable, MessageRefused } from '../../src/notifications/index.js';
import { MailServer, messageOf, selfSigned, sendBy } from '../support/index.js';

describe('mail', () => {
  let server: MailServer;
  afterEach(() => server.stop());

  const settings = (changed: object = {}) => ({ host: '127.0.0.1', port: server.port, encryption: 'none', from: 'headroom@example.com', to: ['finance@example.com', 'ops@example.com'], ...changed });

  it('says what happened, how sure, since when, what to do and where to look, in plain text', async () => {
    server = await MailServer.start();
    expect(await sendBy('email', settings())).toMatch(/^127\.0\.0\.1:\d+ answered 250 /);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'headroom@example.com', to: ['finance@example.com', 'ops@example.com'] });
    expect(mail!.parsed.subject).toBe('CRITICAL: h100-pool runs out of GPUs on 12 December 2026');
    expect(mail!.parsed.html).toBe(false);
    expect(mail!.parsed.text!.trim().split('\n')).toEqual([
      'h100-pool runs out of GPUs on 12 December 2026', '', 'How sure: 82 % by 19 December 2026', 'What to do: Order 64 GPUs before 1 December 2026',
      'Since: 2026-11-22T08:00:00.000Z', 'https://headroom.example.com/alerts/1',
    ]);
    expect(mail!.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('is one thread for one cause, and a repeat has the Message-ID of what it repeats', async () => {
    server = await MailServer.start();
    const resolved = messageOf({ state: 'RESOLVED', key: '0d0f6a3e-0000-4000-8000-000000000002' });
    for (const message of [messageOf(), messageOf(), resolved]) await sendBy('email', settings(), message);
    const [first, again, last] = server.mails.map(({ parsed }) => parsed);
    expect(again!.messageId).toBe(first!.messageId);
    expect(last!.messageId).not.toBe(first!.messageId);
    expect(last!.subject).toBe('Resolved: h100-pool runs out of GPUs on 12 December 2026');
    expect(new Set([first, again, last].map((mail) => String(mail!.references)))).toHaveProperty('size', 1);
  });

  it('has no header, and no line of the protocol, that a name of somebody begins', async () => {
    server = await MailServer.start();
    const evil = 'x\r\nBcc: evil@example.com\r\n\r\nbody\u2028Cc: a\n.\r\nMAIL FROM:<a>\r\n';
    await sendBy('email', settings(), messageOf({ summary: evil, dedupKey: evil, details: [{ name: evil, value: evil }] }));
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail!.to).toEqual(['finance@example.com', 'ops@example.com']);
    const [headers] = mail!.raw.split('\r\n\r\n');
    expect([...mail!.parsed.headers.keys()].toSorted()).toEqual([
      'auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'in-reply-to', 'message-id', 'mime-version', 'references', 'subject', 'to', 'x-headroom-dedup-key',
    ]);
    expect(headers).not.toMatch(/^(Bcc|Cc):/m);
    expect(mail!.parsed.subject).toMatch(/^CRITICAL: x Bcc: evil@example\.com body Cc: a \. MAIL FROM:<a>$/);
  });

  it('keeps a subject of any length and script to what a line may be', async () => {
    server = await MailServer.start();
    await sendBy('email', settings(), messageOf({ summary: '予算🚀 '.repeat(300) }));
    const [mail] = server.mails;
    expect(mail!.parsed.subject).toHaveLength(200);
    expect(mail!.parsed.subject).toMatch(/^CRITICAL: 予算🚀 .*…$/u);
    expect(Math.max(...mail!.raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('goes encrypted, with a name and a password, and never with a password in the clear', async () => {
    const identity = await selfSigned();
    server = await MailServer.start({ ...identity, authOptional: false, onAuth: ({ username, password }, _session, done) => (password === 'sesame-4711' ? done(null, { user: username! }) : done(new Error('no'))) });
    const secure = { encryption: 'STARTTLS', username: 'headroom', password: 'sesame-4711', caCertificate: identity.cert };
    await sendBy('email', settings(secure));
    expect(server.mails).toMatchObject([{ isEncrypted: true, user: 'headroom' }]);
    await expect(sendBy('email', settings({ ...secure, caCertificate: undefined }))).rejects.toThrow(/^the certificate of 127\.0\.0\.1:\d+ is signed by no authority that is trusted here$/);
    await expect(sendBy('email', settings({ ...secure, host: 'localhost' }), undefined, { privateDestinations: ['127.0.0.0/8', '::1'] })).rejects.toThrow(/is for another name$/);
    const wrong = sendBy('email', settings({ ...secure, password: 'sesame-4712' }));
    await expect(wrong).rejects.toThrow(ChannelRefused);
    await expect(wrong).rejects.not.toThrow('sesame-4712');
  });

  it('is not sent in the clear to a server that offers nothing else', async () => {
    server = await MailServer.start();
    await expect(sendBy('email', settings({ encryption: 'STARTTLS' }))).rejects.toThrow(ChannelRefused);
    expect(server.mails).toEqual([]);
  });

  it('speaks TLS from the first byte where it is told to', async () => {
    const identity = await selfSigned();
    server = await MailServer.start({ ...identity, secure: true });
    await sendBy('email', settings({ encryption: 'TLS', caCertificate: identity.cert }));
    expect(server.mails).toMatchObject([{ isEncrypted: true }]);
  });

  it.each([
    [451, ChannelUnavailable],
    [421, ChannelUnavailable],
    [550, MessageRefused],
    [554, MessageRefused],
  ])('tells apart what may pass and what will not: %s', async (responseCode, kind) => {
    const refuse = Object.assign(new Error('not now'), { responseCode });
    server = await MailServer.start({ onRcptTo: (_address, _session, done) => done(refuse) });
    await expect(sendBy('email', settings())).rejects.toThrow(kind);
    await expect(sendBy('email', settings())).rejects.toThrow(`${responseCode} `);
  });

  it('counts a server that says nothing as unavailable', async () => {
    server = await MailServer.start({ onConnect: () => undefined });
    await expect(sendBy('email', settings())).rejects.toThrow(new ChannelUnavailable('no whole answer within 10 s'));
  });

  it('counts a server that is not there as unavailable', async () => {
    server = await MailServer.start();
    await expect(sendBy('email', settings({ port: 1 }))).rejects.toThrow(new ChannelUnavailable('127.0.0.1:1 cannot be reached: nothing listens there'));
  });
});
