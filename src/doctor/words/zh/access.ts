import type { Entries } from '../entry.js';

/** Logto 允许什么，哪些浏览器页面可以调用，以及最后的令牌。 */
export const access = {
  tenant_refused: [
    'Management API 拒绝了本服务器（{reason}）。',
    '无法在此查询 API 资源，whoami 也拿不到姓名和邮箱。',
    'Logto 控制台 > 应用 > 该机器对机器应用：角色“Logto Management API access”。检查 LOGTO_MANAGEMENT_*。',
  ],
  resource_slash: [
    'Logto 中的 API 资源是 {found}，客户端请求的是 {url}：末尾斜杠不同。',
    'Logto 逐字节比较并返回 invalid_target。所有遵循规范的客户端都会失败。',
    'API 标识符不能修改：npm run setup 会添加正确的一个（Logto 控制台 > API 资源 > 创建 API 资源 > API 标识符 {url}）。',
  ],
  resource_similar: [
    'Logto 中的 API 资源是 {found}，客户端请求的是 {url}。',
    'Logto 逐字节比较并返回 invalid_target。所有遵循规范的客户端都会失败。',
    'API 标识符不能修改：npm run setup 会添加正确的一个（Logto 控制台 > API 资源 > 创建 API 资源 > API 标识符 {url}）。',
  ],
  resource_unknown: [
    'Logto 中没有 API 资源 {url}。',
    'Logto 返回 invalid_target。所有遵循规范的客户端都会失败。',
    '运行 npm run setup，或 Logto 控制台 > API 资源 > 创建 API 资源 > API 标识符 {url}',
  ],
  app_unknown: [
    'Logto 中没有应用 {client}。',
    '它的用户看到的是错误页，而不是登录页。',
    'Logto 控制台 > 应用：把 App ID 复制到客户端。或 npm run setup -- --app <名称> --redirect <uri>。',
  ],
  app_redirect: [
    '应用 {client} 不能把用户送回 {redirectUri}。',
    '它的用户看到错误页。只有原生（Native）应用匹配本机的任意端口。',
    'Logto 控制台 > 应用 > 该应用 > 重定向 URI：添加 {redirectUri}。',
  ],
  app_scope: [
    '应用 {client} 不能请求 {scope}。',
    '服务器要求客户端请求它，而 Logto 返回 invalid_scope。',
    'Logto 控制台 > 应用 > 该应用 > 权限 > 添加权限 > 用户数据。或从 AUTH_SCOPES 中去掉它。',
  ],
  origin_refused: [
    '{url} 拒绝来自 {origin} 的网页（403）。',
    '该页面上的客户端无法连接。',
    '把 {origin} 加入 ALLOWED_ORIGINS，反向代理不要另设名单。',
  ],
  preflight_refused: [
    '{origin} 对 {url} 的预检请求失败（{status}）。',
    '浏览器不会发出带令牌的请求。',
    '把 {origin} 加入 ALLOWED_ORIGINS，并让反向代理转发 OPTIONS。',
  ],
  challenge_hidden: [
    '{origin} 的页面读不到 {url} 的质询。',
    '浏览器隐藏了 WWW-Authenticate，客户端不知道去哪里登录。',
    '让反向代理转发 Access-Control-Expose-Headers: WWW-Authenticate。',
  ],
  clock_skew: [
    'Logto 与 MCP 服务器的时钟相差 {seconds} 秒（允许 {limit} 秒）；{ahead} 较快。',
    '新令牌“尚未生效”，或提前过期：登录后立即 401。',
    '两边都用 NTP 校时。',
  ],
  token_malformed: [
    '这不是访问令牌。',
    '它不经查询就被拒绝。',
    '只传 access_token 本身，不要带“Bearer”、引号或换行。',
  ],
  token_kind: [
    '这不是访问令牌，而是类型为 "{type}" 的令牌：很可能是 ID 令牌。',
    'ID 令牌告诉客户端谁登录了，不能用来调用 API。',
    '发送应答中的 access_token，而不是 id_token。',
  ],
  token_issuer: [
    '令牌的 issuer 是 {found}，不是 {expected}。',
    '只信任元数据中的 issuer。',
    '重新登录，并把 LOGTO_ENDPOINT 设为用户登录所用的名字。',
  ],
  token_audience_slash: [
    '令牌属于 {found}，端点是 {expected}：末尾斜杠不同。',
    'audience 逐字节比较。',
    '在客户端、PUBLIC_URL 和 Logto 中统一写法，然后重新登录。',
  ],
  token_audience_endpoint: [
    '令牌属于 {found}，不属于 {expected}。',
    '每个端点都是独立的资源；/mcp/sse 或 /sse 的令牌不能用于 /mcp。',
    '用 resource={expected} 登录，或连接令牌所属的端点。',
  ],
  token_audience: [
    '令牌属于另一个资源：{found}，不是 {expected}。',
    '服务器必须拒绝不是为它签发的令牌。',
    '在授权请求和令牌请求中都使用 resource={expected} 登录。',
  ],
  token_expired: [
    '令牌已于 {seconds} 秒前过期。',
    '客户端需要刷新令牌。',
    '重新登录。有效期：Logto 控制台 > API 资源 > 该资源 > 令牌过期时间。',
  ],
  token_early: ['令牌还要 {seconds} 秒才生效。', '签发它的时钟偏快。', '用 NTP 校准 Logto 和服务器的时钟。'],
  token_refused: [
    '服务器拒绝该令牌（{status}）。',
    '从令牌内容看它应当有效：由签名、吊销或 AUTH_ALLOWED_CLIENTS 决定。',
    '重新登录。503 表示服务器无法询问 Logto。AUTH_TOKEN_MODE 决定接受哪些种类。',
  ],
  token_unsent: ['没有发送令牌：{url} 不是 https。', '途中的任何人都可能盗用它。', '检查 https 的 URL。'],
} satisfies Partial<Entries>;
