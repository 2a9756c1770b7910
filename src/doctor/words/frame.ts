import type { Step } from '../checks/check.js';

/** The words around the findings. */
export interface Frame {
  readonly steps: Readonly<Record<Step, string>>;
  readonly skipped: Readonly<Record<Step, string>>;
  readonly signedInAt: (issuer: string) => string;
  readonly why: string;
  readonly fix: string;
  readonly also: string;
  readonly healthy: (notices: number) => string;
  readonly ill: (problems: number) => string;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const en: Frame = {
  steps: {
    challenge: 'A request without a token is challenged',
    metadata: 'The metadata names this endpoint, for everybody to read',
    discovery: 'Logto is found, and is who the metadata says',
    security: 'TLS, PKCE with S256, iss in the answer',
    registration: 'Agents get a client id',
    resource: 'Logto knows the API resource',
    browser: 'Web pages that may call can',
    clock: 'The clocks agree',
    token: 'The token is accepted',
  },
  skipped: {
    challenge: 'not reached',
    metadata: 'not reached',
    discovery: 'not reached',
    security: 'not reached',
    registration: 'not reached',
    resource: 'not asked: needs LOGTO_MANAGEMENT_*, or --client and --redirect',
    browser: 'not asked: --origin <origin>',
    clock: 'no two dates to compare',
    token: 'not asked: --token -',
  },
  signedInAt: (issuer) => `users sign in at ${issuer}`,
  why: 'Why',
  fix: 'Fix',
  also: 'Also',
  healthy: (notices) => (notices === 0 ? 'Healthy.' : `Healthy, with ${counted(notices, 'remark')}.`),
  ill: (problems) => `${counted(problems, 'problem')}.`,
};

const zh: Frame = {
  steps: {
    challenge: '没有令牌的请求得到质询',
    metadata: '元数据指向此端点，任何人可读',
    discovery: '能找到 Logto，且与元数据一致',
    security: 'TLS、S256 的 PKCE、应答中的 iss',
    registration: '客户端能得到 client id',
    resource: 'Logto 中有此 API 资源',
    browser: '获准的网页可以调用',
    clock: '时钟一致',
    token: '令牌被接受',
  },
  skipped: {
    challenge: '未到达',
    metadata: '未到达',
    discovery: '未到达',
    security: '未到达',
    registration: '未到达',
    resource: '未检查：需要 LOGTO_MANAGEMENT_*，或 --client 和 --redirect',
    browser: '未检查：--origin <源>',
    clock: '没有可比较的两个时间',
    token: '未检查：--token -',
  },
  signedInAt: (issuer) => `用户登录于 ${issuer}`,
  why: '原因',
  fix: '修复',
  also: '另有',
  healthy: (notices) => (notices === 0 ? '一切正常。' : `正常，另有 ${notices} 条提示。`),
  ill: (problems) => `发现 ${problems} 个问题。`,
};

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export const frames: Readonly<Record<Language, Frame>> = { en, zh };
