import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ProtectedResources } from '../auth/index.js';
import { APPLICATION_PAGE, ApplicationClient, type LogtoApplication } from '../logto/index.js';
import { customDataOf, recordOf, type RegistrationRecord } from './metadata/registration.record.js';
import { RegistrationOptions } from './registration.options.js';

const DAY_MS = 86_400_000;
const FIRST_MS = 600_000;
/** More third-party apps than a tenant should have; the rest has to wait for those in front to go. */
const MOST_PAGES = 100;

/**
 * Deletes registered apps that nobody has signed in through. Logto keeps no list of an app's grants, and the log that
 * tells of its use may be short, so use that is once seen is written down in the app, where no log can forget it.
 */
@Injectable()
export class UnusedSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Registration');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: RegistrationOptions,
    private readonly applications: ApplicationClient,
    private readonly resources: ProtectedResources,
  ) {}

  onApplicationBootstrap(): void {
    this.plan(FIRST_MS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** @returns how many apps it has deleted */
  async run(now: number): Promise<number> {
    let deleted = 0;
    for (const app of await this.candidates()) if (await this.settle(app, now)) deleted += 1;
    if (deleted > 0) this.log.log({ event: 'client.swept', deleted });
    return deleted;
  }

  private plan(delayMs: number): void {
    this.timer = setTimeout(() => void this.tick(), delayMs);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    try {
      await this.run(Date.now());
    } catch (error) {
      // Tomorrow is soon enough.
      this.log.warn({ event: 'client.sweep_failed', reason: String(error) });
    }
    this.plan(DAY_MS);
  }

  /** Read before anything is deleted: pages move when apps go. */
  private async candidates(): Promise<readonly LogtoApplication[]> {
    const found: LogtoApplication[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const apps = await this.applications.page(page);
      found.push(...apps.filter((app) => this.recordOf(app)?.usedAt === undefined));
      if (apps.length < APPLICATION_PAGE) break;
    }
    return found;
  }

  private async settle(app: LogtoApplication, now: number): Promise<boolean> {
    const record = this.recordOf(app);
    // A person's app, or another server's.
    if (record === undefined) return false;
    if (await this.applications.wasUsed(app.id)) {
      const customData = { ...app.customData, ...customDataOf({ ...record, usedAt: now }) };
      await this.applications.update(app.id, { customData });
      return false;
    }
    if (now - record.registeredAt < this.options.unusedDays * DAY_MS) return false;
    await this.applications.remove(app.id);
    return true;
  }
  private recordOf(app: LogtoApplication): RegistrationRecord | undefined {
    return recordOf(app, this.resources.main.url);
  }
}
