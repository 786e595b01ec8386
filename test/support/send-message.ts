import { channels, Courier, type Message } from '../../src/notifications/index.js';
import { checkedSettings } from '../../src/platform/index.js';
import { TestClock } from './test-clock.js';

/** A message as an alert gives it, with what differs. */
export function messageOf(changed: Partial<Message & { key: string }> = {}): Message & { key: string } {
  return {
    key: '0d0f6a3e-0000-4000-8000-000000000001',
    dedupKey: 'alert:h100-pool/2026-12',
    state: 'FIRING',
    severity: 'CRITICAL',
    summary: 'h100-pool runs out of GPUs on 12 December 2026',
    details: [
      { name: 'How sure', value: '82 % by 19 December 2026' },
      { name: 'What to do', value: 'Order 64 GPUs before 1 December 2026' },
    ],
    since: new Date('2026-11-22T08:00:00Z'),
    path: '/alerts/1',
    ...changed,
  };
}

/** Sends one message by a channel, as a worker does. @returns what answered */
export function sendBy(name: string, settings: object, message = messageOf(), { privateDestinations = ['127.0.0.0/8'], now = '2026-11-22T09:00:00Z' } = {}): Promise<string> {
  const channel = channels.find((one) => one.name === name)!;
  const courier = new Courier({ publicUrl: 'https://headroom.example.com', privateDestinations }, new TestClock(new Date(now)));
  return courier.send(channel, checkedSettings(channel, settings), message);
}
