import type { DevProfile, DevRole, DevUser } from '../dev.tenant.options.js';

/** A user as the tenant keeps it: `null` and milliseconds where Logto has them. */
export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly name: string | null;
  readonly avatar: string | null;
  readonly primaryEmail: string | null;
  readonly primaryPhone: string | null;
  readonly profile: DevProfile;
  readonly roles: readonly DevRole[];
  readonly createdAt: number;
  updatedAt: number;
  lastSignInAt: number | null;
  /** The app this user consented to first. */
  applicationId: string | null;
  isSuspended: boolean;
}

export function userRecord(user: DevUser, now: number): UserRecord {
  return {
    id: user.id,
    username: user.username,
    password: user.password,
    name: user.name ?? null,
    avatar: user.avatar ?? null,
    primaryEmail: user.primaryEmail ?? null,
    primaryPhone: user.primaryPhone ?? null,
    profile: user.profile ?? {},
    roles: user.roles ?? [],
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
    applicationId: null,
    isSuspended: false,
  };
}
