export { Config } from './config.js';
export type {
  DevTenantConfig,
  ManagementCredentials,
  RedisConfig,
  RegistrationConfig,
  TokenMode,
} from './config.js';
export { ConfigError } from './config.error.js';
export { ConfigModule } from './config.module.js';
export { readConfig, type Environment } from './config.reader.js';
export { loadEnvFile } from './env.file.js';
export { readLocale } from './locale.js';
