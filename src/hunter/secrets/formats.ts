// Secrets that say what they are: the forms that those who issue them document. Each pattern's first group is the secret.

export interface Format {
  readonly what: string
  readonly pattern: RegExp
  /** What makes it one for certain, whatever words are in it. */
  readonly certain?: (secret: string) => boolean
}

const format = (what: string, pattern: RegExp, certain?: Format['certain']): Format => ({
  what,
  pattern,
  ...(certain ? { certain } : {}),
})

/** Enough of a body, without gaps that somebody left. */
const hasBody = (text: string): boolean =>
  !/\.\.\.|…|YOUR|EXAMPLE|xxxx/.test(text) &&
  text.replaceAll(/-----[^-]+-----|[^A-Za-z0-9+/=]/g, '').length >= 48
const saysPrivateKey = (text: string): boolean =>
  Buffer.from(text, 'base64').toString('latin1').includes('PRIVATE KEY')

export const FORMATS: readonly Format[] = [
  format(
    'private key',
    /(-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[\s\\n"'+,]|[A-Za-z0-9+/=:.-]){40,})/g,
    hasBody,
  ),
  format('private key, encoded', /\b(LS0tLS1CRUdJTi[A-Za-z0-9+/=]{80,})/g, saysPrivateKey),
  format('age secret key', /\b(AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58})\b/g),
  format('PuTTY private key', /^(PuTTY-User-Key-File-\d:[\s\S]{100,}Private-Lines)/gm),
  format('AWS access key', /\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b/g),
  format('AWS Bedrock key', /\b(ABSK[A-Za-z0-9+/]{109,}={0,2})/g),
  format('Google API key', /\b(AIza[\w-]{35})(?![\w-])/g),
  format('Google OAuth secret', /\b(GOCSPX-[\w-]{28})(?![\w-])/g),
  format('Google OAuth token', /\b(ya29\.[\w-]{30,})/g),
  format('Firebase server key', /\b(AAAA[\w-]{7}:APA91b[\w-]{60,})/g),
  format('Azure storage key', /\bAccountKey=([A-Za-z0-9+/]{86}==)/g),
  format('Azure shared access key', /\bSharedAccessKey=([A-Za-z0-9+/]{43}=)/g),
  format('Azure shared access signature', /[?&]sig=([A-Za-z0-9%+/]{40,}(?:%3D|=))/g),
  format('Azure client secret', /(?<![\w~.-])([\w~.-]{3}[78]Q~[\w~.-]{31,34})(?![\w~.-])/g),
  format(
    'GitHub token',
    /\b((?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/g,
  ),
  format('GitLab token', /\b(gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w-]{20,})/g),
  format(
    'Slack token',
    /\b(xox[abeoprs](?:\.xox[abp])?-(?:\d{8,}-)?[A-Za-z0-9-]{20,}|xapp-\d-[A-Z0-9]{6,}-\d{8,}-[a-f0-9]{40,})/g,
  ),
  format(
    'Slack webhook',
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/(T\w{6,}\/B?\w{6,}\/\w{16,})/g,
  ),
  format('Discord bot token', /(?<![\w-])([MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40})(?![\w-])/g),
  format('Discord webhook', /discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/(\d{16,20}\/[\w-]{60,})/g),
  format(
    'Microsoft Teams webhook',
    /webhook\.office\.com\/webhookb2\/([\w@-]{36,}\/IncomingWebhook\/[\w]{32}\/[\w-]{36})/g,
  ),
  format('Telegram bot token', /(?<!\w)(\d{8,10}:A[\w-]{34})(?![\w-])/g),
  format('Stripe key', /\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,247}|whsec_[A-Za-z0-9+/=]{32,})/g),
  format('Twilio key', /\b(SK[0-9a-f]{32})\b/g),
  format('SendGrid key', /\b(SG\.[\w-]{22}\.[\w-]{43})(?![\w-])/g),
  format('Mailgun key', /\b(key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})\b/g),
  format('Mailchimp key', /\b([0-9a-f]{32}-us\d{1,2})\b/g),
  format('Brevo key', /\b(xkeysib-[a-f0-9]{64}-\w{16})\b/g),
  format('Resend key', /\b(re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})\b/g),
  format('Shopify token', /\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b/g),
  format('Square token', /\b(EAAA[\w-]{60}|sq0(?:csp|atp)-[\w-]{22,43})(?![\w-])/g),
  format(
    'Adyen, Braintree or PayPal key',
    /\b(access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}|AQE[a-z0-9]{1,4}hmfu[\w+/=*.-]{60,})/g,
  ),
  format('Plaid token', /\b(access-(?:sandbox|development|production)-[0-9a-f-]{36})\b/g),
  format('npm token', /\b(npm_[A-Za-z0-9]{36})\b/g),
  format('PyPI token', /\b(pypi-AgE[\w-]{50,})/g),
  format('RubyGems key', /\b(rubygems_[a-f0-9]{48})\b/g),
  format('crates.io token', /\b(cio[A-Za-z0-9]{32})\b/g),
  format('Docker token', /\b(dckr_(?:pat|oat)_[\w-]{27,})/g),
  format('NuGet key', /\b(oy2[a-z0-9]{43})\b/g),
  format('Clojars token', /\b(CLOJARS_[a-z0-9]{60})\b/g),
  format(
    'OpenAI key',
    /\b(sk-(?:proj-|svcacct-|admin-)?[\w-]{20,}T3BlbkFJ[\w-]{20,}|sk-(?:proj|svcacct)-[\w-]{40,}|sk-[A-Za-z0-9]{48})(?![\w-])/g,
  ),
  format('Anthropic key', /\b(sk-ant-(?:api|admin|sid|oat)\d\d-[\w-]{80,})/g),
  format('Hugging Face token', /\b((?:hf|api_org)_[A-Za-z]{34})\b/g),
  format(
    'AI service key',
    /\b(gsk_[A-Za-z0-9]{52}|r8_[A-Za-z0-9]{37}|pplx-[a-zA-Z0-9]{48,}|xai-[A-Za-z0-9]{80}|sk-or-v1-[a-f0-9]{64}|tvly-[\w-]{32,})\b/g,
  ),
  format('Datadog key', /\b(dd(?:api|app|pat)_[A-Za-z0-9]{32,})\b/g),
  format('New Relic key', /\b(NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRI[IQ]-[\w-]{32}|[a-f0-9]{36,40}NRAL)\b/g),
  format('Sentry token', /\b(sntry[su]_[\w+/=.-]{60,})/g),
  format('Grafana token', /\b(gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}|eyJrIjoi[A-Za-z0-9+/=]{60,})/g),
  format('DigitalOcean token', /\b(do[opr]_v1_[a-f0-9]{64})\b/g),
  format('Heroku key', /\b(HRKU-[\w-]{36,})/g),
  format('Cloudflare key', /\b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})\b/g),
  format('Fly.io token', /\b(FlyV1 fm\d_[\w+/=,-]{100,}|fo1_[\w-]{43})/g),
  format('Vercel or Netlify token', /\b(nf[pcoub]_[A-Za-z0-9_]{36,}|vc[pkiar]_[A-Za-z0-9]{24,})\b/g),
  format('Supabase key', /\b(sbp_[a-f0-9]{40}|sb_secret_[\w-]{30,})/g),
  format('PlanetScale secret', /\b(pscale_(?:pw|tkn|oauth)_[\w.=-]{32,})/g),
  format('Vault token', /\b(hv[sbr]\.[\w-]{24,}|s\.[A-Za-z0-9]{24})(?![\w.-])/g),
  format('Terraform Cloud token', /\b([A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,})/g),
  format('Pulumi token', /\b(pul-[a-f0-9]{40})\b/g),
  format('Doppler token', /\b(dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,})/g),
  format(
    '1Password token',
    /\b(ops_eyJ[A-Za-z0-9+/]{250,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})\b/g,
  ),
  format('Atlassian token', /\b(ATATT3[\w=-]{100,}|ATCTT3[\w=-]{100,}|ATBB[A-Za-z0-9]{32})/g),
  format(
    'Linear, Notion, Airtable, Figma or Asana token',
    /\b(lin_(?:api|oauth)_[A-Za-z0-9]{40,}|(?:secret_|ntn_)[A-Za-z0-9]{40,50}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|figd_[\w-]{40,}|[012]\/\d{15,}:[a-f0-9]{32})\b/g,
  ),
  format('Postman key', /\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b/g),
  format('SonarQube token', /\b(sq[pua]_[a-f0-9]{40})\b/g),
  format('Okta token', /(?<![\w-])(00[\w-]{39}[\w])(?![\w-])/g),
  format('Mapbox secret token', /\b(sk\.eyJ[\w-]{40,}\.[\w-]{20,})/g),
  format('JSON Web Token', /\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})/g),
  format('Dynatrace token', /\b(dt0[a-zA-Z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64})\b/g),
  format(
    'LaunchDarkly key',
    /\b((?:sdk|api)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})\b/g,
  ),
  format('Databricks token', /\b(dapi[a-f0-9]{32}(?:-\d)?)\b/g),
  format('Alibaba or Tencent key', /\b(LTAI[A-Za-z0-9]{20}|AKID[A-Za-z0-9]{32})\b/g),
  format('Facebook token', /\b(EAA[MC][A-Za-z0-9]{100,})\b/g),
  format('password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'<>]*:([^\s/@"'<>]{6,})@[\w.[\]-]+/gi),
  format('password in an address', /[\w.-]+:([^\s:/@"'<>]{8,})@(?:tcp|unix|udp)\(/g),
]
