import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { Config } from './config.js';

/** Hands the parsed configuration to every room, as `Config` and through Nest's own `ConfigService`. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config): DynamicModule {
    const settings = registerAs('settings', () => config);
    return {
      module: ConfigModule,
      global: true,
      imports: [NestConfigModule.forRoot({ load: [settings], ignoreEnvFile: true, cache: true })],
      providers: [{ provide: Config, useFactory: () => config }],
      exports: [Config, NestConfigModule],
    };
  }
}
