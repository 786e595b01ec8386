import { Injectable } from '@nestjs/common';
import { SettingsScalar } from './scalars.js';
import { Args, Field, ObjectType, Query, registerEnumType, Resolver } from '@nestjs/graphql';

export enum PluginKind {
  COLLECTOR = 'COLLECTOR',
  FORECAST_MODEL = 'FORECAST_MODEL',
  NOTIFICATION_CHANNEL = 'NOTIFICATION_CHANNEL',
}
registerEnumType(PluginKind, { name: 'PluginKind', description: 'What a plug-in does.' });

@ObjectType({ description: 'Something this server is extended with.' })
export class Plugin {
  @Field({ description: 'Stable name, for example `focus` or `seasonal-naive`.' }) name: string;
  @Field(() => PluginKind) kind: PluginKind;
  @Field() description: string;
  @Field(() => SettingsScalar, { nullable: true, description: 'JSON Schema of the settings. Null when the plug-in has none.' })
  settingsSchema: object | null;
}

/** What this server can be extended with. Each room adds its own kind. */
@Injectable()
export class Plugins {
  private readonly plugins: Plugin[] = [];

  register(kind: PluginKind, plugins: readonly { name: string; description: string; settingsSchema?: object }[]): void {
    this.plugins.push(...plugins.map(({ name, description, settingsSchema = null }) => ({ name, kind, description, settingsSchema })));
  }

  ofKind(kind: PluginKind): Plugin[] {
    return this.plugins.filter((plugin) => plugin.kind === kind);
  }
}

@Resolver(() => Plugin)
export class PluginsResolver {
  constructor(private readonly registry: Plugins) {}

  @Query(() => [Plugin], { nullable: true, description: 'What this server can be extended with.' })
  plugins(@Args('kind', { type: () => PluginKind }) kind: PluginKind): Plugin[] {
    return this.registry.ofKind(kind);
  }
}
