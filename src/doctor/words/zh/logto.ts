import type { Entries } from '../entry.js';

/** Logto 的元数据，以及客户端如何得到 client id。 */
export const logto = {
  logto_unreachable: [
    'Logto 在 {url} 没有应答（{reason}）。',
    '用户无法登录。',
    '启动 Logto；检查 LOGTO_ENDPOINT、DNS、证书和代理。',
  ],
  logto_not_from_here: [
    '从这里访问不到 {url} 的 Logto（{reason}），但用内部名字可以。',
    '在容器里，localhost 就是容器自己。外面的浏览器也许能访问。',
    '在容器外也运行一次：npm run doctor -- --url <客户端使用的 URL>。',
  ],
  logto_unreachable_inside: [
    '服务器访问不到 {url} 的 Logto（{reason}），浏览器却可以。',
    '用户能登录，但之后令牌无法检查：503。',
    '把 LOGTO_INTERNAL_ENDPOINT 设为服务器所在处可用的名字；compose 中是 http://logto:3001。',
  ],
  logto_not_json: [
    '{url} 返回的内容不是 JSON。',
    '客户端在此期待元数据或 404，遇到网页就会停止。',
    '让反向代理把该路径转发给 Logto，不要返回自己的页面。',
  ],
  logto_no_discovery: [
    '{url} 没有元数据。',
    '客户端找不到登录页和令牌端点。',
    'issuer 以 /oidc 结尾：检查 LOGTO_ENDPOINT 和反向代理转发的路径。',
  ],
  logto_status: [
    '{url} 返回 {status}。',
    '只有 404 会让客户端去下一个位置查找；遇到其他错误就停止。',
    '查看 Logto 或其反向代理的日志。读取元数据不需要登录。',
  ],
  issuer_slash: [
    'Logto 自称 {found}，元数据写的是 {expected}：末尾斜杠不同。',
    'issuer 逐字节比较（RFC 8414 第 3.3 节）：SDK v2 拒绝，所有令牌也被拒绝。',
    '公布与 {url} 完全相同的 issuer。',
  ],
  issuer_mismatch: [
    'Logto 自称 {found}，元数据写的是 {expected}。',
    'issuer 逐字节比较（RFC 8414 第 3.3 节）：SDK v2 拒绝，所有令牌也被拒绝。',
    '把 LOGTO_ENDPOINT 设为用户登录所用的名字（自定义域名有自己的 issuer），自托管 Logto 的 ENDPOINT 设为同一个。',
  ],
  issuer_inside: [
    '用内部名字访问时，Logto 自称 {found}，而不是 {expected}。',
    'LOGTO_INTERNAL_ENDPOINT 指向了另一个 Logto 或租户：所有令牌都被拒绝。',
    '让 LOGTO_INTERNAL_ENDPOINT 指向同一个 Logto；它的 ENDPOINT 保持为公开名字。',
  ],
  issuer_http: [
    'issuer {issuer} 不是 https。',
    '客户端不会把用户送到本机以外的明文地址。',
    '在 Logto 前启用 TLS，把它的 ENDPOINT 设为 https://...，并设置 TRUST_PROXY_HEADER=1。',
  ],
  endpoints_elsewhere: [
    '{url} 给出的端点不属于 {issuer}：{found}。',
    '浏览器访问不到内网名字：登录还没开始就结束了。',
    '让 Logto 前的反向代理转发 Host 和 X-Forwarded-Proto，并在 Logto 设置 TRUST_PROXY_HEADER=1：端点地址由它们决定。',
  ],
  pkce_missing: [
    '{url} 没有提供 S256 的 PKCE。',
    '客户端必须拒绝没有声明它的授权服务器。',
    'Logto 本来就会声明：让反向代理原样转发它的文档。',
  ],
  iss_missing: [
    '{url} 没有声明 iss 参数（RFC 9207）。',
    '客户端无法判断应答来自哪个授权服务器；严格的客户端会拒绝继续。',
    'Logto 会发送并声明它：原样转发其文档。按字段列表重建的文档会丢掉它。',
  ],
  discovery_cors: [
    '{url} 没有 Access-Control-Allow-Origin。',
    '浏览器中的客户端读不到它。',
    '让 Logto 前的反向代理转发 CORS 响应头。',
  ],
  registration_none: [
    '{issuer} 既不接受 client id 元数据文档（CIMD），也不支持注册。',
    '只有手工注册过的客户端能用：“does not support dynamic client registration”。',
    'Logto 1.43 及以上：npm run setup 会启用 CIMD。否则：Logto 控制台 > 应用 > 创建应用 > 第三方应用，每个客户端一个。',
  ],
  registration_issuer: [
    '{url} 的 issuer 是 {found}，不是 {expected}。',
    'SDK v2 拒绝该文档，注册也随之失败。',
    '提供 Logto 自己的文档，只加上 registration_endpoint，issuer 保持不变。',
  ],
  registration_dead: [
    'registration_endpoint {url} 不可用（{reason}）。',
    '自行注册的客户端会失败。',
    '启动该地址的服务，或从元数据中去掉 registration_endpoint。',
  ],
  cimd_no_public_clients: [
    '{url} 接受元数据文档，但不接受没有密钥的客户端（"none"）。',
    'claude.ai 因此不会使用它的文档。',
    '原样转发 Logto 的 token_endpoint_auth_methods_supported。',
  ],
} satisfies Partial<Entries>;
