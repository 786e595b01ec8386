import { DomainError } from '../../platform/index.js';
import type { Channel } from '../channel.js';
import { alertmanager } from './alertmanager/alertmanager.js';
import { email } from './email/email.js';
import { jiraServiceManagement, opsgenie } from './opsgenie/opsgenie.js';
import { pagerduty } from './pagerduty/pagerduty.js';
import { slack } from './slack/slack.js';
import { webhook } from './webhook/webhook.js';

/** Every channel. A new one is a folder beside these and a line here. */
export const channels: readonly Channel[] = [alertmanager, email, jiraServiceManagement, opsgenie, pagerduty, slack, webhook];

/** A name that no channel has. */
export class UnknownChannel extends DomainError {
  readonly code = 'UNKNOWN_PLUGIN';
  override readonly field = ['channel'];
  constructor(name: string) {
    super(`there is no channel "${name}": there are ${channels.map((channel) => channel.name).join(', ')}`);
  }
}

/** @throws UnknownChannel */
export function channelNamed(name: string): Channel {
  const channel = channels.find((one) => one.name === name);
  if (!channel) throw new UnknownChannel(name);
  return channel;
}
