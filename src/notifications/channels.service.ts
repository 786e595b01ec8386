import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { requireRole, Role, type Viewer } from '../access/index.js';
import {
  checkedSettings, Clock, DomainError, InvalidInput, joined, keyOf, NotFound, openSecrets, partSecrets, sealSecrets, SecretBox, takeOverSecrets, withSecrets, type PartedSettings,
} from '../platform/index.js';
import type { Channel } from './channel.js';
import { ChannelRefused, ChannelUnavailable, MessageRefused } from './channel-failure.js';
import { channelNamed } from './channels/index.js';
import type { NotificationChannelCreateInput, NotificationChannelUpdateInput } from './notification-channel.graphql.js';
import { channelsById, deleteChannel, insertChannel, storedChannel, updateChannel, type NotificationChannelRow, type StoredChannel } from './notification-channel.queries.js';
import { requireWhole } from './outbox.js';
import { Courier } from './courier.js';

/** Two channels of one name could not be told apart. */
export class ChannelExists extends DomainError {
  readonly code = 'CONFLICT';
  override readonly field = ['name'];
  constructor(name: string) {
    super(`there is a channel "${name}" already`);
  }
}

const longestName = 200;

/** What a person decides about channels. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly database: DataSource,
    private readonly box: SecretBox,
    private readonly courier: Courier,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError */
  async create(viewer: Viewer, input: NotificationChannelCreateInput): Promise<NotificationChannelRow> {
    requireRole(viewer, Role.SRE);
    requireWhole(viewer);
    const id = randomUUID();
    const channel = channelNamed(input.channel);
    const parted = this.checked(channel, input.settings);
    const secrets = sealSecrets(parted.secret, id, this.box);
    const stored = { id, name: named(input.name), channel: channel.name, settings: parted.open, secrets, enabled: true };
    await this.unique(stored.name, () => insertChannel(this.database, stored));
    return this.find(viewer, id);
  }

  /** @throws DomainError */
  async update(viewer: Viewer, id: string, input: NotificationChannelUpdateInput): Promise<NotificationChannelRow> {
    requireRole(viewer, Role.SRE);
    const known = await this.known(viewer, id);
    const parted = input.settings ? this.changed(known, input.settings) : null;
    const stored: StoredChannel = {
      ...known,
      name: typeof input.name === 'string' ? named(input.name) : known.name,
      settings: parted?.open ?? known.settings,
      secrets: parted ? sealSecrets(parted.secret, known.id, this.box) : known.secrets,
      enabled: input.enabled ?? known.enabled,
    };
    const isAnew = parted !== null || (stored.enabled && !known.enabled);
    await this.unique(stored.name, () => updateChannel(this.database, stored, isAnew));
    return this.find(viewer, known.id);
  }

  /** Deletes a channel with all that was sent by it. @throws DomainError */
  async delete(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.SRE);
    const { id: key } = await this.known(viewer, id);
    await deleteChannel(this.database, key);
    return id;
  }

  /** Sends a sample that fires, and another that it is resolved, so that nothing stays open. @throws DomainError with what does not work */
  async test(viewer: Viewer, id: string): Promise<string> {
    requireRole(viewer, Role.SRE);
    const known = await this.known(viewer, id);
    const channel = channelNamed(known.channel);
    const settings = checkedSettings(channel, withSecrets(known.settings, known.secrets, known.id, this.box));
    const dedupKey = `test:${randomUUID()}`;
    const sample = (state: 'FIRING' | 'RESOLVED') => ({
      key: randomUUID(),
      dedupKey,
      state,
      severity: 'INFORMATION' as const,
      summary: `This is a test of the channel "${known.name}": nothing is wrong`,
      details: [{ name: 'What to do', value: 'Nothing' }],
      since: this.clock.now(),
      path: '/',
    });
    try {
      const answer = await this.courier.send(channel, settings, sample('FIRING'));
      await new Promise((resolve) => setTimeout(resolve, channel.leastIntervalMs ?? 0));
      await this.courier.send(channel, settings, sample('RESOLVED'));
      return answer;
    } catch (error) {
      if ([ChannelUnavailable, ChannelRefused, MessageRefused].some((kind) => error instanceof kind)) throw new InvalidInput((error as Error).message, ['id'], { cause: error });
      throw error;
    }
  }

  private async known(viewer: Viewer, id: string): Promise<StoredChannel> {
    const channel = await storedChannel(this.database, viewer, keyOf('NotificationChannel', id, ['id']));
    if (!channel) throw new NotFound(id, ['id']);
    return channel;
  }

  private async find(viewer: Viewer, key: string): Promise<NotificationChannelRow> {
    return (await channelsById(this.database, viewer, [key]))[0]!;
  }

  private checked(channel: Channel, settings: object): PartedSettings {
    const whole = checkedSettings(channel, settings);
    channel.check?.(whole);
    return partSecrets(channel.settingsSchema, settings);
  }

  /** New settings of a channel, with the secrets that stay. */
  private changed(known: StoredChannel, settings: object): PartedSettings {
    const channel = channelNamed(known.channel);
    const parted = partSecrets(channel.settingsSchema, settings);
    const secret = takeOverSecrets(channel.settingsSchema, known.settings, openSecrets(known.secrets, known.id, this.box), parted);
    return this.checked(channel, joined(parted.open, secret));
  }

  private async unique(name: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if ((error as { constraint?: string }).constraint === 'notification_channel_name_key') throw new ChannelExists(name);
      throw error;
    }
  }
}

/** @throws InvalidInput */
function named(given: string): string {
  const name = given.trim();
  if (name === '' || name.length > longestName) throw new InvalidInput(`name needs 1 to ${longestName} characters, got ${name.length}`, ['name']);
  return name;
}
